import { isBuiltin } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import globals from 'globals'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

const frontDoor = {
  on: ['src/lab', 'src/page'],
  why: 'front doors stand side by side before one lab and reach everything through it.',
}

/**
 * The layers: who may import whom. `on` names the layers that a layer stands on; what those stand on, it may import
 * too. `types` may be imported as types only. Everything else is an error, which ends with `why`.
 * Folders without a row are errors as well, except test/ and scripts/, which may import anything.
 */
const layers = {
  'src/math': { on: [], why: 'numbers stand at the bottom and depend on nothing.' },
  'src/text': {
    on: [],
    why: 'how text is written for other programs is below whoever writes it.',
  },
  'src/locales': { on: [], why: 'texts are data, which any layer may show.' },
  'src/contract': {
    on: [],
    why: 'the contract is what processes agree on; it must not depend on how one of them works.',
  },
  'src/files': {
    on: ['src/contract'],
    why: 'files, locks and their failures are below whoever keeps something in files.',
  },
  'src/tensorflow': {
    on: ['src/files'],
    why: 'finding, installing and loading TensorFlow is the same for the lab and for an engine, and knows neither.',
  },
  'src/rules': {
    on: ['src/math'],
    why: 'a rule is arithmetic; it knows neither who lists it nor who runs it.',
  },
  'src/optimizers': {
    on: ['src/rules'],
    why: 'an optimizer is one rule a file, usable by a trace, a kernel, a graph and a formula alike.',
  },
  'src/schedules': {
    on: ['src/rules'],
    why: 'a schedule is a function of the step; it knows no optimizer and no run.',
  },
  'src/objectives': {
    on: ['src/math'],
    why: 'an objective is a function of a point; it knows no optimizer walking on it.',
  },
  'src/traces': {
    on: ['src/optimizers', 'src/schedules', 'src/objectives'],
    types: ['src/experiments'],
    why: 'the page computes traces itself, so they need the rules and the objectives and nothing of the lab.',
  },
  'src/stability': {
    on: ['src/traces'],
    why: 'what converges, where to and how fast is computed from rules and objectives; the page draws it.',
  },
  'src/datasets': {
    on: ['src/math'],
    why: 'a dataset is facts about files and a parser; fetching and training are for others.',
  },
  'src/models': {
    on: ['src/math'],
    why: 'a model is a shape and a start; data and optimizers are chosen elsewhere.',
  },
  'src/workloads': {
    on: ['src/datasets', 'src/models'],
    why: 'a workload fixes everything but the optimizer, so it must not know any.',
  },
  'src/search': {
    on: ['src/math', 'src/contract'],
    why: 'a search proposes points of a space; what a point trains, and where, is for others.',
  },
  'src/experiments': {
    on: ['src/contract', 'src/rules', 'src/optimizers', 'src/schedules', 'src/workloads', 'src/search'],
    why: 'an experiment says what to run; running and drawing it are for others.',
  },
  'src/bundle': {
    on: ['src/contract', 'src/experiments'],
    why: 'what a bundle is, and whether running it again came to the same, is the same for lab, page and command line.',
  },
  'src/charts': {
    on: ['src/experiments', 'src/traces', 'src/locales'],
    why: 'a chart is a pure function of results, so that window, report and command line draw the same one.',
  },
  'src/comparison': {
    on: ['src/charts', 'src/bundle'],
    why: 'what runs say of each other is computed once, so that page, report and command line never disagree.',
  },
  'src/figures': {
    on: ['src/charts'],
    why: 'a figure is what to compute and how to draw it; training for it is for the lab, files are for the command line.',
  },
  'src/playground': {
    on: ['src/traces', 'src/charts'],
    types: ['src/figures'],
    why: 'what the playground keeps, computes and explains is the same for its page, a link, a file and the command line.',
  },
  'src/lessons': {
    on: ['src/figures', 'src/playground'],
    why: 'a lesson is words and pictures that are computed as they are looked at; showing them is for the page.',
  },
  'src/advisor': {
    on: ['src/figures', 'src/experiments', 'src/locales'],
    why: 'advice is rules with sources, and what runs say against them; it knows neither a library nor a page.',
  },
  'src/transport': {
    on: ['src/contract'],
    why: 'a transport carries any contract and must not know what the messages mean.',
  },
  'src/engine': {
    on: ['src/transport', 'src/tensorflow', 'src/workloads', 'src/experiments'],
    why: 'the engine computes in its own process and may die at any time; it must not hold anything of the lab.',
  },
  'src/lab': {
    on: [
      'src/transport',
      'src/tensorflow',
      'src/experiments',
      'src/bundle',
      'src/traces',
      'src/charts',
      'src/comparison',
      'src/locales',
    ],
    why: 'the lab spawns the engine and reaches it through transport and contract only, or an engine that dies would take the library along.',
  },
  'src/page': {
    on: ['src/transport'],
    why: 'how the page is handed out and what it may ask for is the same in the window and in the browser, and knows neither.',
  },
  'src/cli': {
    on: ['src/lab', 'src/server', 'src/figures'],
    why: 'the command line starts what the others are.',
  },
  'src/server': frontDoor,
  electron: frontDoor,
  renderer: {
    on: [
      'src/transport',
      'src/experiments',
      'src/bundle',
      'src/traces',
      'src/stability',
      'src/charts',
      'src/comparison',
      'src/figures',
      'src/playground',
      'src/lessons',
      'src/advisor',
      'src/locales',
    ],
    why: 'the page knows the contract and pure code; everything else is across a process boundary.',
  },
  bin: { on: ['src/cli'], why: 'the executable only starts the command line.' },
}

/** Files that every layer may import: what an error, a text in two languages, a run and its settings are, and how text is written for other programs. Of our files they import only each other. */
const leaves = [
  'src/contract/errors.ts',
  'src/contract/lookup.ts',
  'src/experiments/looks.ts',
  'src/experiments/run.ts',
  'src/experiments/settings.ts',
  'src/experiments/stop.ts',
  'src/locales/localized.ts',
  'src/text/csv.ts',
  'src/text/shell.ts',
  'src/text/tex.ts',
]

const tsconfig = (name) => ts.readConfigFile(resolve(import.meta.dirname, name), ts.sys.readFile).config

/** The folders and files that run in a page as well: what tsconfig.pure.json compiles without Node's and the DOM's types. */
const pure = tsconfig('tsconfig.pure.json').include

/** The packages that pure code may import: they need neither Node nor a DOM. */
const purePackages = [
  '@stdlib/math-base-special-gammaln',
  '@stdlib/stats-base-dists-normal-cdf',
  '@stdlib/stats-base-dists-normal-quantile',
  '@stdlib/stats-base-dists-t-cdf',
  '@stdlib/stats-base-dists-t-quantile',
  '@stdlib/stats-padjust',
  'delaunator',
  'echarts',
  'fastest-levenshtein',
  'katex',
  'mathjs',
  'yaml',
  'zod',
]

/** Packages that only some folders may import. */
const housed = [
  {
    package: /^(@tensorflow\/|webgpu$)/,
    homes: ['src/tensorflow', 'src/engine/tensor'],
    why: 'TensorFlow loads native code that can bring its process down; every other engine must run without it.',
  },
  {
    package: /^better-sqlite3$/,
    homes: ['src/lab'],
    why: 'the lab alone owns the library; everyone else asks it.',
  },
  { package: /^electron$/, homes: ['electron'], why: 'everything else also runs where there is no desktop.' },
]

const isIn = (file, place) => file === place || file.startsWith(`${place}/`)
const layerOf = (file) => Object.keys(layers).find((layer) => isIn(file, layer))
const isPure = (file) => pure.some((place) => isIn(file, place))
const runsInPage = (file) => isPure(file) || isIn(file, 'renderer')
const packageOf = (specifier) => specifier.match(/^(@[^/]+\/)?[^/]+/)[0]

/** All that a layer stands on, itself included. */
function foundations(layer, found = new Set()) {
  if (found.has(layer)) return found
  found.add(layer)
  for (const below of layers[layer].on) foundations(below, found)
  return found
}

/** Why `file` may not import `specifier`, as a sentence; undefined when it may. */
function objection(file, specifier, typeOnly) {
  if (!specifier.startsWith('.')) {
    if (runsInPage(file) && isBuiltin(specifier))
      return `${file} may not import ${specifier}: it runs in a page, where there is no Node.`
    const name = packageOf(specifier)
    const owner = housed.find((one) => one.package.test(name))
    if (owner && !owner.homes.some((home) => isIn(file, home)))
      return `${file} may not import ${name}, which is for ${owner.homes.join(' and ')} only: ${owner.why}`
    if (isPure(file) && !purePackages.includes(name))
      return `${file} may not import ${name}: pure code runs in a page too, and this package is not among purePackages in eslint.config.js.`
    return undefined
  }
  const target = relative(import.meta.dirname, resolve(import.meta.dirname, dirname(file), specifier))
  if (/^(test|scripts)\//.test(target))
    return `${file} may not import ${target}: what we ship must not need what we test and build it with.`
  if (leaves.includes(target)) return undefined
  if (leaves.includes(file))
    return `${file} may not import ${target}: every layer imports this leaf, so it imports leaves only.`
  const layer = layerOf(file)
  const wanted = layerOf(target)
  if (wanted === undefined) return undefined
  const may = foundations(layer).has(wanted) || (typeOnly && layers[layer].types?.includes(wanted))
  if (!may) {
    const asTypes = layers[layer].types?.includes(wanted) ? ' except as types' : ''
    return `${file} may not import ${target}${asTypes}: ${layers[layer].why}`
  }
  if (runsInPage(file) && !runsInPage(target) && target.endsWith('.ts'))
    return `${file} may not import ${target}: the first runs in a page, the second does not (it is outside tsconfig.pure.json).`
  return undefined
}

const layering = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(import.meta.dirname, context.filename).replaceAll('\\', '/')
    if (layerOf(file) === undefined)
      return {
        Program: (node) =>
          context.report({
            node,
            message: `${file} belongs to no layer: give its folder a row in eslint.config.js that says what it stands on.`,
          }),
      }
    const check = (source, typeOnly) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const message = objection(file, source.value, typeOnly)
      if (message) context.report({ node: source, message })
    }
    return {
      ImportDeclaration: (node) =>
        check(
          node.source,
          node.importKind === 'type' ||
            (node.specifiers.length > 0 && node.specifiers.every((one) => one.importKind === 'type')),
        ),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source, false),
      TSImportType: (node) => check(node.source ?? node.argument?.literal, true),
      'CallExpression[callee.name="require"]': (node) => check(node.arguments[0], false),
    }
  },
}

/** `!` overrules the compiler, so a comment beside it or on the line above has to say how we know better. */
const explainedAssertion = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const commented = new Set()
    for (const { loc } of context.sourceCode.getAllComments())
      for (let line = loc.start.line; line <= loc.end.line + 1; line++) commented.add(line)
    return {
      TSNonNullExpression(node) {
        if (!commented.has(node.loc.end.line))
          context.report({
            node,
            message: 'Say in a comment, here or on the line above, why this cannot be null; or test for it.',
          })
      },
    }
  },
}

const randomness = {
  object: 'Math',
  property: 'random',
  message:
    'Randomness comes from a seeded generator that the caller passes (src/math/random.ts), or no run could be repeated.',
}
const clocks = [
  ['Date', 'now'],
  ['performance', 'now'],
].map(([object, property]) => ({
  object,
  property,
  message: 'Pure code has no clock: take the time as an argument, so that results and tests can be repeated.',
}))
const defaultExports = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a thing is called the same wherever it is imported.',
}
/**
 * Without this option the compiler believes that `list[i]` is always there, and rules that trust it would have the very
 * tests removed that guard against its absence.
 */
const indexChecked = tsconfig('tsconfig.base.json').compilerOptions.noUncheckedIndexedAccess === true
/** What prettier decides. */
const layoutOfTemplates = [
  'vue/first-attribute-linebreak',
  'vue/html-closing-bracket-newline',
  'vue/html-closing-bracket-spacing',
  'vue/html-indent',
  'vue/html-quotes',
  'vue/html-self-closing',
  'vue/max-attributes-per-line',
  'vue/multiline-html-element-content-newline',
  'vue/mustache-interpolation-spacing',
  'vue/no-multi-spaces',
  'vue/no-spaces-around-equal-signs-in-attribute',
  'vue/singleline-html-element-content-newline',
]
const shipped = ['src', 'bin', 'electron', 'renderer']

export default defineConfig(
  globalIgnores([
    'types/',
    'dist/',
    'out*/',
    'coverage/',
    '.cache/',
    'test/fixtures/',
    'test/**/golden/*.svg',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.js'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { descent: { rules: { 'explained-assertion': explainedAssertion } } },
    rules: {
      'descent/explained-assertion': 'error',
      // `!` is allowed with a reason, which the rule above asks for; `as number` in a numeric loop needs none.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Numbers and booleans read well in a message; objects, null and undefined do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // [...text] gives code points, which is what we count and measure.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // values['lr']: a key that the type does not list is written so that one sees it.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      ...(indexChecked
        ? {
            '@typescript-eslint/no-unnecessary-condition': [
              'error',
              { allowConstantLoopConditions: 'only-allowed-literals' },
            ],
          }
        : {
            '@typescript-eslint/no-unnecessary-condition': 'off',
            '@typescript-eslint/no-unnecessary-type-assertion': 'off',
          }),
      // An empty string or 0 is often what should fall through; with these the author decides.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': ['error', defaultExports],
      // `!= null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    },
  },
  {
    files: shipped.map((folder) => `${folder}/**`),
    plugins: { layers: { rules: { imports: layering } } },
    rules: { 'layers/imports': 'error', 'no-restricted-properties': ['error', randomness] },
  },
  {
    files: pure.map((place) => (place.endsWith('.ts') ? place : `${place}/**`)),
    rules: { 'no-restricted-properties': ['error', randomness, ...clocks] },
  },
  {
    files: ['test/**'],
    rules: {
      // A stub is async because what it stands for is; a spy's method is looked at, not called; matchers are `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['renderer/**/*.vue'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic, vue.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: globals.browser },
    rules: {
      // vue-tsc knows the names; prettier the layout.
      'no-undef': 'off',
      ...Object.fromEntries(layoutOfTemplates.map((name) => [name, 'off'])),
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // `undefined` is the default of what may be left out, and TypeScript says which may.
      'vue/require-default-prop': 'off',
      'vue/multi-word-component-names': 'off',
      // Markup comes from definitions that we bring along, never from what somebody typed or sent.
      'vue/no-v-html': 'error',
    },
  },
)
