"""Java: compiled once to a jar, whose class with a `main` method is run.

Settings that would differ between machines are fixed: the heap size is the run's memory limit (the
default is a share of the machine's memory), one garbage collector thread (the default depends on
the cores), the class archive that the JDK ships. C1 is the only JIT compiler: the moment at which
C2 compiles a method depends on timing, and its threads' CPU time would count as the program's.
Logging is off: it would print warnings, with the time, on standard output. No simulator supports
Java: under cachegrind the virtual machine executes hundreds of times a program's instructions.
"""

from pieforge.sandbox.languages import SYSTEM_FOLDERS, Language, SelfTest, split_command

_CONFIG_FOLDERS = ("/etc/java-17-openjdk",)
"""Debian keeps the JDK's settings there; the JDK's folder links to it."""

_LOADER_ENVIRONMENT = (("LD_LIBRARY_PATH", "{folder}/../lib"),)
"""Without /proc the dynamic loader cannot determine the folder of the JDK's programs, to which
their library path is relative."""

_MACHINE = (
    "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -XX:CompressedClassSpaceSize=64m"
)
"""Options of the virtual machine, for javac and for the program."""

_BUILD_SCRIPT = r"""import pathlib, re, shutil, subprocess, sys, zipfile
text = pathlib.Path("Main.java").read_text()
named = re.search(r"^public\s+(?:(?:final|abstract|strictfp)\s+)*class\s+(\w+)", text, re.M)
public = named[1] if named else "Main"
if public != "Main":
    sys.argv[-1] = shutil.copy("Main.java", f"/tmp/{public}.java")
done = subprocess.run(sys.argv[1:])
if done.returncode:
    sys.exit(done.returncode)
root = pathlib.Path("/tmp/classes")
classes = {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.class"))}
parts = (b"main", b"([Ljava/lang/String;)V")
main = [n[:-6] for n, data in classes.items() if all(part in data for part in parts)]
main.sort(key=lambda name: (name != "Main", name.split("/")[-1] != public))
with zipfile.ZipFile("/tmp/out", "w") as jar:
    manifest = f"Manifest-Version: 1.0\nMain-Class: {''.join(main[:1]).replace('/', '.')}\n"
    jar.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF"), manifest)
    for name, data in classes.items():
        jar.writestr(zipfile.ZipInfo(name), data)
"""
"""Runs javac, then packs the classes. javac wants a public class in a file of its name, and the
virtual machine wants to be told the class to run: `Main`, else the public one with a `main`
method, else another one that has it. The tool `jar` would take seconds: it seeds a random number
generator, and the sandbox has no /dev/random. Names are sorted and times fixed, so that a jar has
the same bytes every time."""

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
        f" {_MACHINE} -XX:ReservedCodeCacheSize=48m -jar /prog"
    ),
    environment=_LOADER_ENVIRONMENT,
    folders=(*SYSTEM_FOLDERS, *_CONFIG_FOLDERS),
    threads=32,
    extra_bytes=1 << 30,  # every thread's stack counts with -Xss, and is mostly unused
    space_bytes=2 << 30,
    net_of_startup=True,
    simulators=frozenset(),
    refusals=(
        ("cachegrind", "the virtual machine executes hundreds of times a program's instructions"),
        ("gem5", "the virtual machine starts threads, and would take hours of simulation"),
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
