/** A file of the Python package index, pinned by its hash. */
export interface Wheel {
  name: string
  version: string
  sizeBytes: number
  sha256: string
  /** The platform in its name, as pip wants it. */
  tag: string
}

/** Wheels that make one runtime together. */
export interface Build {
  variant: 'cpu' | 'cuda'
  /** The CUDA that it needs a driver for. */
  cuda?: string
  /** TensorFlow itself first, then what it loads. */
  wheels: readonly [Wheel, ...Wheel[]]
  /** What comes out of them and is kept, before symbols are stripped. */
  unpackedBytes: number
}

/** The Python whose wheels are taken. Nothing of Python is used: any that pip can be asked for will do. */
export const pythonVersion = '3.12'

const linuxTag = 'manylinux_2_27_x86_64'
const olderLinuxTag = 'manylinux2014_x86_64'

const linux: Wheel = {
  name: 'tensorflow-cpu',
  version: '2.21.0',
  sizeBytes: 274_000_871,
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  tag: linuxTag,
}
const linuxArm: Wheel = {
  name: 'tensorflow',
  version: '2.21.0',
  sizeBytes: 281_946_471,
  sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
  tag: 'manylinux_2_27_aarch64',
}
const macArm: Wheel = {
  name: 'tensorflow',
  version: '2.21.0',
  sizeBytes: 223_488_205,
  sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
  tag: 'macosx_12_0_arm64',
}
/** The last one for Intel's Macs. */
const macIntel: Wheel = {
  name: 'tensorflow',
  version: '2.16.2',
  sizeBytes: 259_727_578,
  sha256: '912b8cd1f88fd1ef32b8db54f0193ad0a3f057691324436ba82c5f74a63a17dd',
  tag: 'macosx_10_15_x86_64',
}
const linuxCuda: Wheel = {
  name: 'tensorflow',
  version: '2.21.0',
  sizeBytes: 572_611_111,
  sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  tag: linuxTag,
}

/**
 * What `tensorflow[and-cuda]` asks for, but for the compiler (XLA's, which tfjs does not use) and cuRAND (which
 * TensorFlow's libraries do not look for).
 */
const nvidia: readonly Wheel[] = [
  {
    name: 'nvidia-cublas-cu12',
    version: '12.9.3.13',
    sizeBytes: 581_217_458,
    sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    tag: linuxTag,
  },
  {
    name: 'nvidia-cuda-cupti-cu12',
    version: '12.8.90',
    sizeBytes: 10_248_621,
    sha256: 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
    tag: olderLinuxTag,
  },
  {
    name: 'nvidia-cuda-nvrtc-cu12',
    version: '12.9.86',
    sizeBytes: 89_568_129,
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    tag: 'manylinux2010_x86_64',
  },
  {
    name: 'nvidia-cuda-runtime-cu12',
    version: '12.9.79',
    sizeBytes: 3_493_179,
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    tag: olderLinuxTag,
  },
  {
    name: 'nvidia-cudnn-cu12',
    version: '9.28.0.42',
    sizeBytes: 716_538_495,
    sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    tag: linuxTag,
  },
  {
    name: 'nvidia-cufft-cu12',
    version: '11.4.1.4',
    sizeBytes: 200_877_592,
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    tag: olderLinuxTag,
  },
  {
    name: 'nvidia-cusolver-cu12',
    version: '11.7.5.82',
    sizeBytes: 338_117_415,
    sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    tag: linuxTag,
  },
  {
    name: 'nvidia-cusparse-cu12',
    version: '12.5.10.65',
    sizeBytes: 366_465_088,
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    tag: olderLinuxTag,
  },
  {
    name: 'nvidia-nccl-cu12',
    version: '2.32.3',
    sizeBytes: 351_526_311,
    sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    tag: linuxTag,
  },
  {
    name: 'nvidia-nvjitlink-cu12',
    version: '12.9.86',
    sizeBytes: 39_748_338,
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    tag: 'manylinux2010_x86_64',
  },
]

/** By platform and architecture, as Node names them. Windows' wheels hold no library to link against. */
const builds: Readonly<Record<string, readonly Build[]>> = {
  'linux x64': [
    { variant: 'cpu', wheels: [linux], unpackedBytes: 853_308_936 },
    { variant: 'cuda', cuda: '12', wheels: [linuxCuda, ...nvidia], unpackedBytes: 5_048_097_417 },
  ],
  'linux arm64': [{ variant: 'cpu', wheels: [linuxArm], unpackedBytes: 883_062_208 }],
  'darwin arm64': [{ variant: 'cpu', wheels: [macArm], unpackedBytes: 740_805_624 }],
  'darwin x64': [{ variant: 'cpu', wheels: [macIntel], unpackedBytes: 735_388_648 }],
}

export function buildFor(
  variant: Build['variant'],
  platform: string = process.platform,
  arch: string = process.arch,
): Build | undefined {
  return builds[`${platform} ${arch}`]?.find((build) => build.variant === variant)
}

/** The wheel of ours that a file of this name must be. */
export function pinnedWheel(fileName: string): Wheel | undefined {
  return Object.values(builds)
    .flat()
    .flatMap(({ wheels }) => wheels)
    .find(({ name, version, tag }) => {
      const isPython =
        fileName.includes(`-cp${pythonVersion.replace('.', '')}-`) || name.startsWith('nvidia-')
      return (
        isPython && fileName.startsWith(`${name.replaceAll('-', '_')}-${version}-`) && fileName.includes(tag)
      )
    })
}

/**
 * What is kept of a wheel's file: its path in the runtime (the libraries as they are, which find one another by where
 * they lie) or under `include/`, for the compiler. Undefined for all the rest.
 */
export function keptPath(name: string): string | undefined {
  if (/^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/.test(name)) return name
  if (/^nvidia\/[^/]+\/lib\/lib[^/]+\.so[.\d]*$/.test(name) && !unused.test(name)) return name
  const header =
    /^tensorflow\/(include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c|tsl\/c)\/.+\.h)$/
  return header.exec(name)?.[1]
}

/** Of NVIDIA's libraries those that TensorFlow has no use for: several cards at once, BLAS and FFTW's stand-ins, profilers. */
const unused = /lib(cusolverMg|nvblas|cufftw|nvperf|checkpoint|pcsampling|nvrtc(-builtins)?\.alt)/
