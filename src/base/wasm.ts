// WebAssembly as the pure rooms see it: types for what every JavaScript host has, and bytes from base64 text.

export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Grows by so many pages of 64 KiB; throws RangeError when that is refused. */
  grow(pages: number): number;
}

/** A compiled module; it may be handed to other threads. */
export type WasmModule = object;

interface WasmApi {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => { exports: object };
  Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

export const PAGE_BYTES = 65_536;
export const MAXIMUM_PAGES = 65_536;

function api(): WasmApi {
  return (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
}

/** Compiles a module. */
export function compileWasm(bytes: Uint8Array): WasmModule {
  return new (api().Module)(bytes);
}

/** A memory of one page that can grow to `maximumPages`, at most 4 GiB, and be shared with other threads. */
export function sharedWasmMemory(maximumPages = MAXIMUM_PAGES): WasmMemory {
  return new (api().Memory)({ initial: 1, maximum: maximumPages, shared: true });
}

/** The exports of a module that imports its memory as `env.memory`, and perhaps functions beside it in `env`. */
export function instantiateWasm<Exports>(
  module: WasmModule,
  memory: WasmMemory,
  imports: Readonly<Record<string, unknown>> = {},
): Exports {
  return new (api().Instance)(module, { env: { ...imports, memory } }).exports as Exports;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes of a base64 text (RFC 4648, section 4) that is known to be valid. */
export function decodeBase64(text: string): Uint8Array {
  const padding = text.indexOf("=");
  const end = padding < 0 ? text.length : padding;
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let buffer = 0;
  let at = 0;
  for (let index = 0; index < end; index++) {
    buffer = (buffer << 6) | BASE64.indexOf(text[index]);
    if (index % 4 !== 0) bytes[at++] = (buffer >>> (6 - 2 * (index % 4))) & 0xff;
  }
  return bytes;
}
