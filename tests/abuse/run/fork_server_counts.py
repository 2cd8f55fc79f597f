# verdict: RE
# tries: to make valgrind print a summary with counts of its choice, by machine code that it writes into memory
# under: cachegrind
import ctypes
import mmap

SUMMARY = (
    b"\n==1== I refs:        1\n==1== I1  misses:      0\n==1== LLi misses:      0\n"
    b"==1== D refs:        1  (1 rd + 0 wr)\n==1== D1  misses:      0  (0 rd + 0 wr)\n"
    b"==1== LLd misses:      0  (0 rd + 0 wr)\n==1== Branches:        1  (1 cond + 0 ind)\n"
    b"==1== Mispredicts:     0  (0 cond + 0 ind)\n"
)
# mov rax, rdi; xor edx, edx; push rbx; rol rdi, 3 / 13 / 61 / 51; xchg rbx, rbx; pop rbx; mov rax, rdx; ret
code = bytes.fromhex("4889f8 31d2 53 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 5b 4889d0 c3")
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
request = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
text = ctypes.create_string_buffer(SUMMARY)
registers = (ctypes.c_ulong * 3)(48 | 48 << 32, 0, 0)
registers[1] = registers[2] = ctypes.addressof(ctypes.create_string_buffer(256))
words = (ctypes.c_ulong * 6)(0x1403, ctypes.addressof(text), ctypes.addressof(ctypes.pointer(registers).contents))
request(ctypes.addressof(words))
