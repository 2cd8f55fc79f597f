"""The modelled machine, built of gem5's parts: inside.py brings it to life.

The "Verbatim" core of darchr/gem5-skylake-config, which PIE used: its numbers are in
docs/reference/gem5.md, with where this differs and why. gem5's own Python reads this; nothing of
pieforge can be imported here.
"""

from m5 import objects

CLOCK = "3.5GHz"
LINE_BYTES = 64

_SIMD = dict.fromkeys(
    ("SimdAdd", "SimdAddAcc", "SimdAlu", "SimdCmp", "SimdShift", "SimdShiftAcc"), 1
)
_SIMD_REDUCE = dict.fromkeys(("SimdReduceAdd", "SimdReduceAlu", "SimdReduceCmp"), 1)
_FLOAT = {"FloatAdd": 4, "FloatCmp": 4, "FloatCvt": 4, "FloatMult": 4, "FloatMultAcc": 5}
_SIMD_FLOAT_ADD = dict.fromkeys(
    ("SimdFloatAdd", "SimdFloatAlu", "SimdFloatCmp", "SimdFloatReduceAdd", "SimdFloatReduceCmp"), 4
)
_SIMD_WIDE = {
    "SimdMisc": 1,
    "SimdCvt": 3,
    "SimdMult": 4,
    "SimdMultAcc": 4,
    **_SIMD_FLOAT_ADD,
    "SimdFloatCvt": 4,
    "SimdFloatMult": 4,
    "SimdFloatMultAcc": 4,
}
_DIVIDE = {"FloatDiv": 12, "FloatSqrt": 24, "SimdFloatDiv": 12, "SimdFloatSqrt": 20}
_LOAD = {"MemRead": 1, "FloatMemRead": 1}
_STORE = {"MemWrite": 1, "FloatMemWrite": 1}

PORTS = (
    {"IntAlu": 1, "IntDiv": 1, **_DIVIDE, **_FLOAT, **_SIMD, **_SIMD_REDUCE, **_SIMD_WIDE},
    {"IntAlu": 1, "IntMult": 3, **_FLOAT, **_SIMD, **_SIMD_REDUCE, **_SIMD_WIDE},
    _LOAD,
    _LOAD,
    _STORE,
    {"IntAlu": 1, **_SIMD, **_SIMD_REDUCE, "SimdMisc": 1, **_SIMD_FLOAT_ADD},
    {"IntAlu": 1, **_SIMD},
    _STORE,
)
"""Latency in cycles by kind of operation, for each of the core's eight ports; all are pipelined."""

CORE = {
    "fetchWidth": 4,
    "decodeWidth": 4,
    "renameWidth": 8,
    "dispatchWidth": 8,
    "issueWidth": 8,
    "wbWidth": 8,
    "commitWidth": 8,
    "squashWidth": 8,
    "fetchToDecodeDelay": 3,
    "decodeToRenameDelay": 1,
    "renameToIEWDelay": 9,
    "iewToCommitDelay": 6,
    "forwardComSize": 19,
    "backComSize": 19,
    "fetchBufferSize": 16,
    "fetchQueueSize": 50,
    "numROBEntries": 224,
    "numIQEntries": 97,
    "LQEntries": 72,
    "SQEntries": 56,
    "numPhysIntRegs": 180,
    "numPhysFloatRegs": 168,
}
TAGE = {
    "nHistoryTables": 12,
    "minHist": 4,
    "maxHist": 34,
    "tagTableTagWidths": [0, 7, 7, 8, 8, 9, 10, 11, 12, 12, 13, 14, 15],
    "logTagTableSizes": [14, 10, 10, 11, 11, 11, 11, 10, 10, 10, 10, 9, 9],
    "logUResetPeriod": 19,
}
INDIRECT = {
    "indirectSets": 128,
    "indirectWays": 4,
    "indirectTagSize": 16,
    "indirectPathLength": 7,
    "indirectGHRBits": 16,
}
BTB = {"numEntries": 512, "tagBits": 19}
RETURN_STACK = {"numEntries": 32}

_FIRST_LEVEL = {
    "size": "32KiB",
    "assoc": 16,
    "tag_latency": 4,
    "data_latency": 4,
    "response_latency": 1,
    "mshrs": 128,
    "tgts_per_mshr": 16,
    "demand_mshr_reserve": 96,
}
CACHES = {
    "icache": {**_FIRST_LEVEL, "write_buffers": 56},
    "dcache": {**_FIRST_LEVEL, "write_buffers": 128},
    "mmucache": {
        "size": "8KiB",
        "assoc": 8,
        "tag_latency": 1,
        "data_latency": 1,
        "response_latency": 1,
        "mshrs": 32,
        "tgts_per_mshr": 8,
    },
    "l2cache": {
        "size": "1MiB",
        "assoc": 16,
        "tag_latency": 14,
        "data_latency": 14,
        "response_latency": 1,
        "mshrs": 256,
        "tgts_per_mshr": 16,
        "write_buffers": 256,
    },
    "l3cache": {
        "size": "2MiB",
        "assoc": 16,
        "tag_latency": 44,
        "data_latency": 44,
        "response_latency": 1,
        "mshrs": 256,
        "tgts_per_mshr": 16,
        "write_buffers": 256,
        "clusivity": "mostly_excl",
    },
}
WRITE_ALLOCATOR = {"coalesce_limit": 2, "no_allocate_limit": 8, "delay_threshold": 8}
BUS_BYTES = 192
SNOOP_FILTER = "32MiB"
MEMORY = "DDR4_2400_16x4"
STACK = "256MiB"

CORES = {"verbatim": "O3CPU", "timing": "TimingSimpleCPU"}
"""The core's class by model, without the ISA that its name begins with; `timing` is in order, an
instruction at a time, on the same caches."""
ISAS = ("X86", "Riscv", "Arm")


def isa():
    """Return the ISA that is simulated, the first of those that gem5 was built for, or nothing."""
    found = [name for name in ISAS if all(hasattr(objects, name + core) for core in CORES.values())]
    return (found or [""])[0]


def build(model, memory_bytes):
    """Return the root of the modelled machine, with the program in it."""
    system = objects.System(mem_mode="timing", cache_line_size=LINE_BYTES)
    system.clk_domain = objects.SrcClockDomain(clock=CLOCK, voltage_domain=objects.VoltageDomain())
    system.mem_ranges = [objects.AddrRange(memory_bytes)]
    system.cpu = getattr(objects, isa() + CORES[model])()
    if model == "verbatim":
        _configure_core(system.cpu)
    _connect(system)
    system.workload = objects.SEWorkload.init_compatible("/prog")
    system.cpu.workload = objects.Process(
        cmd=["/prog"], executable="/prog", cwd="/", env=[], errout="/dev/null", maxStackSize=STACK
    )
    system.cpu.createThreads()
    return objects.Root(full_system=False, system=system)


def _configure_core(cpu):
    for name, value in CORE.items():
        setattr(cpu, name, value)
    cpu.fuPool = objects.FUPool(
        FUList=[
            objects.FUDesc(
                count=1,
                opList=[
                    objects.OpDesc(opClass=kind, opLat=cycles) for kind, cycles in port.items()
                ],
            )
            for port in PORTS
        ]
    )
    cpu.branchPred = _branch_predictor()


def _branch_predictor():
    around = {
        "btb": objects.SimpleBTB(**BTB),
        "ras": objects.ReturnAddrStack(**RETURN_STACK),
        "indirectBranchPred": objects.SimpleIndirectPredictor(**INDIRECT),
    }
    tage = objects.LTAGE_TAGE(**TAGE)
    if hasattr(objects, "ConditionalPredictor"):  # from v25.0 on an object of its own
        conditional = objects.LTAGE(tage=tage)
        return objects.BranchPredictor(conditionalBranchPred=conditional, **around)
    return objects.LTAGE(tage=tage, **around)


def _cache(name, **more):
    return objects.Cache(
        prefetcher=objects.PIFPrefetcher(prefetch_on_access=True),
        replacement_policy=objects.TreePLRURP(),
        **CACHES[name],
        **more,
    )


def _connect(system):
    cpu = system.cpu
    system.membus = objects.SystemXBar(width=BUS_BYTES)
    system.membus.badaddr_responder = objects.BadAddr()
    system.membus.default = system.membus.badaddr_responder.pio
    system.system_port = system.membus.cpu_side_ports
    system.l2bus = objects.L2XBar(width=BUS_BYTES)
    system.l3bus = objects.L2XBar(
        width=BUS_BYTES, snoop_filter=objects.SnoopFilter(max_capacity=SNOOP_FILTER)
    )
    allocator = objects.WriteAllocator(**WRITE_ALLOCATOR)
    cpu.icache = _cache("icache", cpu_side=cpu.icache_port)
    cpu.dcache = _cache("dcache", cpu_side=cpu.dcache_port, write_allocator=allocator)
    cpu.mmubus = objects.L2XBar()
    cpu.mmu.connectWalkerPorts(cpu.mmubus.cpu_side_ports, cpu.mmubus.cpu_side_ports)
    cpu.mmucache = _cache("mmucache", cpu_side=cpu.mmubus.mem_side_ports)
    for cache in (cpu.icache, cpu.dcache, cpu.mmucache):
        cache.mem_side = system.l2bus.cpu_side_ports
    system.l2cache = _cache("l2cache", cpu_side=system.l2bus.mem_side_ports)
    system.l2cache.mem_side = system.l3bus.cpu_side_ports
    system.l3cache = _cache("l3cache", cpu_side=system.l3bus.mem_side_ports)
    system.l3cache.mem_side = system.membus.cpu_side_ports
    cpu.createInterruptController()
    if isa() == "X86":
        cpu.interrupts[0].pio = system.membus.mem_side_ports
        cpu.interrupts[0].int_requestor = system.membus.cpu_side_ports
        cpu.interrupts[0].int_responder = system.membus.mem_side_ports
    system.mem_ctrl = objects.MemCtrl(
        dram=getattr(objects, MEMORY)(range=system.mem_ranges[0]),
        port=system.membus.mem_side_ports,
    )
