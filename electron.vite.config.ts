import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/**
 * Two builds of the same sources. The usual one is what we ship, into out/. `--mode legacy` is for the tests only,
 * into out-legacy/: it runs in the one real Electron that package registries have, 9.4.1 (Chromium 83, Node 12).
 */
export default defineConfig(({ mode }) => {
  const legacy = mode === 'legacy'
  const root = import.meta.dirname
  // scripts/build.ts builds beside the folder and exchanges the two, so that what runs keeps what it has.
  const folder = process.env['DESCENT_BUILD_FOLDER'] ?? (legacy ? 'out-legacy' : 'out')
  const out = (part: string): string => resolve(root, folder, part)
  /** Preloads in a sandbox are CommonJS in every Electron; main is as well only where ESM is unknown. */
  const forNode = (part: string, format: 'es' | 'cjs') => ({
    outDir: out(part),
    ...(legacy ? { target: 'node11' } : {}),
    rolldownOptions: {
      input: { index: resolve(root, `electron/${part}.ts`) },
      output: { format, entryFileNames: `[name].${format === 'es' ? 'js' : 'cjs'}` },
    },
  })
  return {
    main: {
      plugins: legacy ? [oldBuiltins(), newBuiltins()] : [],
      define: { LEGACY: JSON.stringify(legacy) },
      build: forNode('main', legacy ? 'cjs' : 'es'),
    },
    preload: {
      plugins: legacy ? [oldBuiltins()] : [],
      define: { LEGACY: JSON.stringify(legacy) },
      build: forNode('preload', 'cjs'),
    },
    renderer: {
      root: resolve(root, 'renderer'),
      plugins: [vue(), ...(legacy ? [polyfilled()] : [])],
      ...(legacy && { worker: { plugins: () => [polyfilledWorker()] } }),
      build: {
        outDir: out('renderer'),
        minify: true,
        // No inlining: the page's policy allows fonts from files only.
        assetsInlineLimit: 0,
        ...(legacy
          ? { target: 'es2020', cssTarget: 'chrome83', cssMinify: 'lightningcss' as const }
          : { target: 'es2022' }),
        rolldownOptions: { input: resolve(root, 'renderer/index.html') },
        chunkSizeWarningLimit: 2000,
      },
    },
  }
})

/** `node:fs` is `fs` there, and `fs/promises` a part of it. */
function oldBuiltins(): Plugin {
  return {
    name: 'descent:old-builtins',
    renderChunk: (code) =>
      code
        .replace(/require\("node:/g, 'require("')
        .replace(/require\("fs\/promises"\)/g, 'require("fs").promises'),
  }
}

/** What Node and its language have gained since, of that which main uses. */
function newBuiltins(): Plugin {
  const gained = `{
    const [fs, crypto] = [require("fs").promises, require("crypto")];
    fs.rm = (path) => fs.unlink(path);
    crypto.randomUUID = () => crypto.randomBytes(16).toString("hex");
    Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
  }\n`
  return { name: 'descent:new-builtins', renderChunk: (code) => gained + code }
}

/** What the standard library has gained since, before anything else in the page. */
function polyfilled(): Plugin {
  return {
    name: 'descent:polyfilled',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace('<script type="module"', '<script type="module" src="/legacy.ts"></script>$&'),
    },
    resolveId: (id) => (id === '/legacy.ts' ? '\0legacy' : null),
    load: (id) => (id === '\0legacy' ? "import 'core-js/stable'" : null),
  }
}

/** The same in workers, which are entered by their own file. */
function polyfilledWorker(): Plugin {
  return {
    name: 'descent:polyfilled-worker',
    transform: (code, id) => (id.includes('.worker.ts') ? `import 'core-js/stable'\n${code}` : null),
  }
}
