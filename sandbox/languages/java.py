"""Java: compiled once to a jar whose class `Main` is run.

What would differ from machine to machine is pinned: the heap to the run's memory limit (its
default is a part of the machine's memory), one collector thread (the default depends on the
cores), the class archive that the JDK ships. C1 alone compiles at run time: when C2 would
step in depends on timing, and its threads' time would count as the program's. The log is off: it
would print warnings, with the time, on standard output. No simulator
takes it: under cachegrind the JVM's own work is hundreds of times a program's.
"""

from pieforge.sandbox.languages import SYSTEM_FOLDERS, Language, SelfTest, split_command

_CONFIG_FOLDERS = ("/etc/java-17-openjdk",)
"""Debian keeps a part of the JDK there, and links to it."""

_LOADER_ENVIRONMENT = (("LD_LIBRARY_PATH", "{folder}/../lib"),)
"""Without /proc the loader cannot tell where the JDK's programs lie."""

_MACHINE = (
    "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:CompressedClassSpaceSize=64m"
)
"""Options of the virtual machine, the compiler's and the program's."""

_BUILD_SCRIPT = """\
import pathlib, subprocess, sys, zipfile
done = subprocess.run(sys.argv[1:])
if done.returncode:
    sys.exit(done.returncode)
root = pathlib.Path("/tmp/classes")
with zipfile.ZipFile("/tmp/out", "w") as jar:
    for path in sorted(root.rglob("*.class")):
        jar.writestr(zipfile.ZipInfo(str(path.relative_to(root))), path.read_bytes())
"""
"""Not the tool `jar`: it seeds a random generator, which takes seconds without a device for it."""

LANGUAGE = Language(
    title="Java",
    suffix=".java",
    stem="Main",
    fences=("java",),
    tool="javac",
    package="openjdk-17-jdk-headless",
    compile=(
        *("/usr/bin/python3", "-I", "-c", _BUILD_SCRIPT, "{tool}"),
        *split_command(
            f"-J-Xmx768m {_MACHINE.replace('-XX', '-J-XX')} -proc:none -encoding UTF-8"
            " -d /tmp/classes Main.java"
        ),
    ),
    build_folders=_CONFIG_FOLDERS,
    build_environment=_LOADER_ENVIRONMENT,
    run=split_command(
        "{folder}/java -Xmx{memory_bytes} -Xms16m -Xss64m -Xshare:auto -Xlog:disable"
        f" {_MACHINE} -XX:ReservedCodeCacheSize=48m -cp /prog Main"
    ),
    environment=_LOADER_ENVIRONMENT,
    folders=(*SYSTEM_FOLDERS, *_CONFIG_FOLDERS),
    threads=32,
    extra_bytes=1 << 30,  # every thread has the stack of -Xss, mostly unused
    space_bytes=2 << 30,
    net_of_startup=True,
    simulators=frozenset(),
    refusals=(
        ("cachegrind", "the virtual machine's own work is hundreds of times a program's"),
        ("gem5", "the virtual machine starts threads, and its own work is hours of simulation"),
    ),
    empty_program="public class Main { public static void main(String[] words) {} }\n",
    self_test=SelfTest(
        "import java.util.Scanner;\n\n"
        "public class Main {\n"
        "    public static void main(String[] words) {\n"
        "        Scanner in = new Scanner(System.in);\n"
        "        System.out.println(in.nextLong() + in.nextLong());\n"
        "    }\n"
        "}\n"
    ),
)
