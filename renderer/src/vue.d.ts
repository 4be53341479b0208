// For tools that know no single-file components; vue-tsc sees the files themselves.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  // eslint-disable-next-line no-restricted-syntax -- what a single-file component exports
  export default component
}
