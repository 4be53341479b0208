"""Write empty shared libraries for the CUDA parts that a CPU run of PyTorch never calls.

PyPI's Linux wheel of PyTorch is the CUDA build.  Its libraries name cuBLAS, cuDNN, NCCL, ... as
dependencies, so `import torch` fails without those wheels (1.9 GB for the ones it insists on) even where
nothing ever runs on a GPU.  With lazy binding the dynamic loader only has to FIND a library of each name,
so this script writes such libraries: valid ELF files of a few hundred bytes with a name and (nearly) no
symbols.  They go where PyTorch's libraries look first (their run path starts with ../../nvidia/*/lib), so
no file of PyTorch itself is changed; lazy_binding.pth makes Python load extension modules lazily.

What stays real: the CUDA runtime, CUPTI and cuFile (16 MB together), since PyTorch takes addresses of
their functions as it loads.  A call to a missing function ends the process with "undefined symbol".

usage: stub_cuda.py SITE_PACKAGES
"""

import os
import struct
import sys

STUBS = {  # library name: symbols whose address is taken as PyTorch loads
    "libcublas.so.13": [],
    "libcublasLt.so.13": [],
    "libcudnn.so.9": [],
    "libcufft.so.12": [],
    "libcusparse.so.12": [],
    "libcusparseLt.so.0": [],
    "libnccl.so.2": [],
    "libnvrtc.so.13": [],
    # PyTorch's own NVSHMEM glue takes addresses of NVSHMEM data, so the glue is what is left out here.
    "libtorch_nvshmem.so": [
        "_ZN4c10d17nvshmem_extension20is_nvshmem_availableEv",
        "_ZN4c10d17nvshmem_extension22nvshmemx_cumodule_initEm",
    ],
}


def shared_library(name: str, exported: list) -> bytes:
    """An ELF64 x86-64 shared object with a name (DT_SONAME); the exported symbols are there but not callable."""
    strings = b"\0" + b"".join(text.encode() + b"\0" for text in [name, *exported])
    strings += b"\0" * (-len(strings) % 8)
    count = 1 + len(exported)
    at_strings = 64 + 3 * 56
    at_symbols = at_strings + len(strings)
    at_hashes = at_symbols + 24 * count
    at_dynamic = at_hashes + (4 * (3 + count) + 7) // 8 * 8
    GLOBAL_FUNCTION = 0x12
    symbols = b"\0" * 24  # the null symbol
    for text in exported:
        offset = strings.index(b"\0" + text.encode() + b"\0") + 1
        symbols += struct.pack("<IBBHQQ", offset, GLOBAL_FUNCTION, 0, 1, at_hashes, 8)
    # One bucket, all symbols in one chain: first -> 1 -> 2 -> ... -> 0
    chain = [0, *range(2, count), 0][:count]
    hashes = struct.pack(f"<{3 + count}I", 1, count, 1 if exported else 0, *chain)
    hashes += b"\0" * (-len(hashes) % 8)
    DT_NULL, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_SONAME = 0, 4, 5, 6, 10, 11, 14
    dynamic = b"".join(
        struct.pack("<qQ", tag, value)
        for tag, value in [
            (DT_SONAME, 1),
            (DT_HASH, at_hashes),
            (DT_STRTAB, at_strings),
            (DT_SYMTAB, at_symbols),
            (DT_STRSZ, len(strings)),
            (DT_SYMENT, 24),
            (DT_NULL, 0),
        ]
    )
    size = at_dynamic + len(dynamic)
    PT_LOAD, PT_DYNAMIC, PT_GNU_STACK, RW = 1, 2, 0x6474E551, 6
    program = (
        struct.pack("<2I6Q", PT_LOAD, RW, 0, 0, 0, size, size, 4096)
        + struct.pack("<2I6Q", PT_DYNAMIC, RW, at_dynamic, at_dynamic, at_dynamic, len(dynamic), len(dynamic), 8)
        + struct.pack("<2I6Q", PT_GNU_STACK, RW, 0, 0, 0, 0, 0, 16)
    )
    ET_DYN, EM_X86_64 = 3, 62
    identity = b"\x7fELF" + bytes([2, 1, 1, 0]) + b"\0" * 8
    header = identity + struct.pack("<2HI3QI6H", ET_DYN, EM_X86_64, 1, 0, 64, 0, 0, 64, 56, 3, 64, 0, 0)
    image = header + program + strings + symbols + hashes + dynamic
    assert len(image) == size
    return image


def main() -> None:
    site = sys.argv[1]
    folder = os.path.join(site, "nvidia", "cu13", "lib")
    os.makedirs(folder, exist_ok=True)
    for name, exported in STUBS.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):  # a real library, where one is installed, is better
            with open(path, "wb") as file:
                file.write(shared_library(name, exported))
            os.chmod(path, 0o755)
    with open(os.path.join(site, "lazy_binding.pth"), "w") as file:
        file.write("import os, sys; sys.setdlopenflags(os.RTLD_LAZY)\n")


if __name__ == "__main__":
    main()
