import { isProgram } from './programs.ts'

/** How each system's package manager installs what an installation of TensorFlow needs. The first that is there counts. */
const managers: readonly { program: string; install: string; names: Record<Tool, string> }[] = [
  {
    program: 'apt-get',
    install: 'sudo apt install',
    names: { compiler: 'g++', pip: 'python3-pip' },
  },
  {
    program: 'dnf',
    install: 'sudo dnf install',
    names: { compiler: 'gcc-c++', pip: 'python3-pip' },
  },
  {
    program: 'zypper',
    install: 'sudo zypper install',
    names: { compiler: 'gcc-c++', pip: 'python3-pip' },
  },
  {
    program: 'pacman',
    install: 'sudo pacman -S',
    names: { compiler: 'gcc', pip: 'python-pip' },
  },
  {
    program: 'brew',
    install: 'brew install',
    names: { compiler: 'llvm', pip: 'python' },
  },
]

type Tool = 'compiler' | 'pip'

/** The line that installs a tool here: `sudo apt install g++`. */
export function installLine(tool: Tool, env: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin' && tool === 'compiler') return 'xcode-select --install'
  const manager = managers.find(({ program }) => isProgram(program, env))
  if (manager) return `${manager.install} ${manager.names[tool]}`
  return tool === 'compiler' ? 'Install a C++ compiler (g++ or clang++)' : 'Install Python 3 with pip'
}
