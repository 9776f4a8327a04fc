package io.margay.ipam.store;

import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A {@link BlockStore} in memory that behaves as the API server does, and fails on demand. Safe for
 * many threads: each request is one step.
 */
public final class InMemoryBlockStore implements BlockStore {
  /** One request, as a test sees it: {@code update block 10.0.0.0/26}. */
  public record Request(String verb, String kind, String key) {
    public boolean isWrite() {
      return !verb.equals("get") && !verb.equals("list");
    }

    @Override
    public String toString() {
      return (verb + " " + kind + " " + key).strip();
    }
  }

  /** Looks at each request; throws what the caller is to see. */
  public interface Fault {
    Fault NONE = new Fault() {};

    /** Before it happens: thrown here, it never happens. */
    default void before(Request request) {}

    /** After it happened: thrown here, only the answer is lost. */
    default void after(Request request) {}
  }

  private final List<Request> log = new ArrayList<>();
  private final Table<Prefix, Block> blocks = new Table<>("block", Block::cidr);
  private final Table<Affinity.Key, Affinity> affinities = new Table<>("affinity", Affinity::key);
  private final Table<String, Handle> handles = new Table<>("handle", Handle::id);
  private final List<Reservation> reservations = new ArrayList<>();
  private volatile Fault fault = Fault.NONE;
  private IpamConfig config = IpamConfig.DEFAULT;
  private long revision;

  /** From now on. */
  public void fault(Fault fault) {
    this.fault = fault;
  }

  public synchronized void config(IpamConfig config) {
    this.config = config;
  }

  public synchronized void reserve(Prefix... cidrs) {
    reservations.add(new Reservation("r" + reservations.size(), List.of(cidrs)));
  }

  /** All requests so far. */
  public synchronized List<Request> log() {
    return List.copyOf(log);
  }

  public synchronized void clearLog() {
    log.clear();
  }

  /** All blocks, without a request. */
  public synchronized List<Block> storedBlocks() {
    return blocks.values();
  }

  /** All affinities, without a request. */
  public synchronized List<Affinity> storedAffinities() {
    return affinities.values();
  }

  /** All handles, without a request. */
  public synchronized List<Handle> storedHandles() {
    return handles.values();
  }

  @Override
  public ObjectStore<Prefix, Block> blocks() {
    return blocks;
  }

  @Override
  public ObjectStore<Affinity.Key, Affinity> affinities() {
    return affinities;
  }

  @Override
  public List<Stored<Affinity>> affinitiesOf(Owner owner) {
    return affinities.list().stream().filter(a -> a.value().key().owner().equals(owner)).toList();
  }

  @Override
  public ObjectStore<String, Handle> handles() {
    return handles;
  }

  @Override
  public IpamConfig config() {
    return request(new Request("get", "config", ""), () -> config);
  }

  @Override
  public List<Reservation> reservations() {
    return request(new Request("list", "reservations", ""), () -> List.copyOf(reservations));
  }

  private <R> R request(Request request, java.util.function.Supplier<R> work) {
    Fault now = fault;
    now.before(request);
    R result;
    synchronized (this) {
      log.add(request);
      result = work.get();
    }
    now.after(request);
    return result;
  }

  private final class Table<K, T> implements ObjectStore<K, T> {
    private final String kind;
    private final Function<T, K> key;
    private final Map<K, Stored<T>> objects =
        new TreeMap<>(Comparator.comparing((K k) -> k.toString()));

    Table(String kind, Function<T, K> key) {
      this.kind = kind;
      this.key = key;
    }

    List<T> values() {
      return objects.values().stream().map(Stored::value).toList();
    }

    @Override
    public Optional<Stored<T>> get(K key) {
      return request(
          new Request("get", kind, name(key)), () -> Optional.ofNullable(objects.get(key)));
    }

    @Override
    public List<Stored<T>> list() {
      return request(new Request("list", kind, ""), () -> List.copyOf(objects.values()));
    }

    @Override
    public WriteOutcome<T> create(T value) {
      K k = key.apply(value);
      return request(
          new Request("create", kind, name(k)),
          () -> objects.containsKey(k) ? new WriteOutcome.AlreadyExists<>() : put(k, value));
    }

    @Override
    public WriteOutcome<T> update(T value, Revision revision) {
      K k = key.apply(value);
      return request(
          new Request("update", kind, name(k)),
          () -> {
            Stored<T> found = objects.get(k);
            if (found == null) {
              return new WriteOutcome.NotFound<>();
            }
            return found.revision().equals(revision)
                ? put(k, value)
                : new WriteOutcome.Conflict<>();
          });
    }

    @Override
    public DeleteOutcome delete(K key, Revision revision) {
      return request(
          new Request("delete", kind, name(key)),
          () -> {
            Stored<T> found = objects.get(key);
            if (found == null) {
              return DeleteOutcome.NOT_FOUND;
            }
            if (!found.revision().equals(revision)) {
              return DeleteOutcome.CONFLICT;
            }
            objects.remove(key);
            return DeleteOutcome.DELETED;
          });
    }

    private WriteOutcome<T> put(K k, T value) {
      var stored = new Stored<>(value, new Revision(Long.toString(++revision)));
      objects.put(k, stored);
      return new WriteOutcome.Written<>(stored);
    }

    private String name(K key) {
      return key instanceof Affinity.Key(var owner, var cidr) ? owner + " " + cidr : key.toString();
    }
  }
}
