package io.margay.lab.command;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Ends a JVM at a chosen place of its program, as suddenly as {@code kill -9} does. A JVM that has
 * this as its {@code -javaagent:JAR=FILE} takes the first line of the file away and ends where that
 * says; without the file, or without a line in it, it runs as it is.
 *
 * <p>One class without others inside: it is alone in its archive.
 */
public final class CrashAgent implements ClassFileTransformer {
  /** Said on the error stream before the end, with the place. */
  public static final String SAID = "crash.point";

  private static final ClassDesc SELF = ClassDesc.of(CrashAgent.class.getName());

  private final String point;
  private final String owner;
  private final String method;
  private final boolean atEnd;

  /**
   * @param point {@code some.Class.method} for its beginning, {@code some.Class.method end} for the
   *     end of it
   */
  private CrashAgent(String point) {
    String[] words = point.split(" ", 2);
    int dot = words[0].lastIndexOf('.');
    this.point = point;
    this.owner = words[0].substring(0, dot).replace('.', '/');
    this.method = words[0].substring(dot + 1);
    this.atEnd = words.length > 1;
  }

  /** Called by the JVM before main. */
  public static void premain(String file, Instrumentation instrumentation) throws IOException {
    Path points = Path.of(file);
    List<String> left = Files.exists(points) ? Files.readAllLines(points) : List.of();
    if (!left.isEmpty()) {
      Files.write(points, left.subList(1, left.size()));
      instrumentation.addTransformer(new CrashAgent(left.getFirst()));
    }
  }

  /** Writes the archive that {@code -javaagent} is given. */
  static void pack(Path jar) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", CrashAgent.class.getName());
    String entry = CrashAgent.class.getName().replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        InputStream in = CrashAgent.class.getClassLoader().getResourceAsStream(entry)) {
      if (in == null) {
        throw new IOException("no class file of " + CrashAgent.class);
      }
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
    }
  }

  /** The end; called from the place that was chosen. */
  public static void crash(String point) {
    System.err.println(SAID + " " + point);
    Runtime.getRuntime().halt(137);
  }

  @Override
  public byte @Nullable [] transform(
      ClassLoader loader,
      String className,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] bytes) {
    if (!owner.equals(className)) {
      return null;
    }
    ClassFile format = ClassFile.of();
    ClassModel model = format.parse(bytes);
    if (model.methods().stream().noneMatch(this::isChosen)) {
      crash("nowhere: " + owner + " has no method " + method);
    }
    return format.transformClass(
        model,
        ClassTransform.transformingMethodBodies(
            this::isChosen,
            atEnd ? this::beforeReturn : CodeTransform.ofStateful(this::atBeginning)));
  }

  private boolean isChosen(MethodModel each) {
    return each.methodName().equalsString(method);
  }

  private CodeTransform atBeginning() {
    boolean[] begun = new boolean[1];
    return (code, element) -> {
      if (!begun[0]) {
        begun[0] = true;
        callCrash(code);
      }
      code.with(element);
    };
  }

  private void beforeReturn(CodeBuilder code, CodeElement element) {
    if (element instanceof ReturnInstruction) {
      callCrash(code);
    }
    code.with(element);
  }

  private void callCrash(CodeBuilder code) {
    code.loadConstant(point)
        .invokestatic(
            SELF, "crash", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String));
  }
}
