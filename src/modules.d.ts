// Modules that the bundler takes as text or as compiled WebAssembly.
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
