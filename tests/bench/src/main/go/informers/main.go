// Command informers is the peer of api.*: client-go's informers over the kinds that the agent
// watches, with stores of whole objects as they come. Built-in kinds travel as protobuf.
//
// It prints "synced" when all of them are, and "live BYTES" for each line that it reads.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// As the agent limits itself.
const (
	perSecond = 200
	burst     = 1000
)

const builtIn = "application/vnd.kubernetes.protobuf,application/json"

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run keeps the built-in kinds and these of Calico until its input ends.
func run(kubeconfig string, calico []string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = perSecond, burst
	all, err := start(config, calico)
	if err != nil {
		return err
	}
	fmt.Println("synced")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		fmt.Println("live", memory.HeapAlloc)
	}
	runtime.KeepAlive(all)
	return lines.Err()
}

// start begins all watches and waits for them; what it answers holds the stores.
func start(config *rest.Config, calico []string) (any, error) {
	protobuf := rest.CopyConfig(config)
	protobuf.ContentType, protobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf", builtIn
	typed, err := kubernetes.NewForConfig(protobuf)
	if err != nil {
		return nil, err
	}
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	core := informers.NewSharedInformerFactory(typed, 0)
	core.Core().V1().Nodes().Informer()
	core.Core().V1().Namespaces().Informer()
	core.Core().V1().Pods().Informer()
	core.Core().V1().ServiceAccounts().Informer()
	core.Networking().V1().NetworkPolicies().Informer()
	custom := dynamicinformer.NewDynamicSharedInformerFactory(untyped, 0)
	for _, plural := range calico {
		kind := schema.GroupVersionResource{Group: "crd.projectcalico.org", Version: "v1", Resource: plural}
		custom.ForResource(kind).Informer()
	}
	forever := context.Background().Done()
	core.Start(forever)
	custom.Start(forever)
	for kind, synced := range core.WaitForCacheSync(forever) {
		if !synced {
			return nil, fmt.Errorf("%v is not in sync", kind)
		}
	}
	for kind, synced := range custom.WaitForCacheSync(forever) {
		if !synced {
			return nil, fmt.Errorf("%v is not in sync", kind)
		}
	}
	return []any{core, custom}, nil
}
