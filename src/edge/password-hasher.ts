// Argon2id in this isolate: WebAssembly imported as a module (the runtime forbids compiling), one instance kept,
// so that its 19 MiB are allocated once. A hash is synchronous: one at a time by nature.
import Argon2 from "@phi-ag/argon2";
import argon2Module from "@phi-ag/argon2/argon2.wasm";
import type { Argon2 as Hasher } from "../protocol/password-hash.ts";

let instance: Hasher | undefined;

export function argon2(): Hasher {
  instance ??= new Argon2(new WebAssembly.Instance(argon2Module)) as Hasher;
  return instance;
}
