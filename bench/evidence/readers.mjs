// What readers of others see in a signed file: node readers.mjs READER FILE MIME -> one line of JSON.
import * as fs from "node:fs/promises";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [reader, file, mime] = process.argv.slice(2);
const modules = path.join(process.env.READERS, "node_modules");
const load = (name) => import(pathToFileURL(path.join(modules, name)).href);
const bytes = await fs.readFile(file);

// A browser's worker reads a Blob at once; Node does not, and old versions count on it.
class ReadBlob extends Blob {
  constructor(data) {
    super([data]);
    this.data = data;
  }
  slice(from, to) {
    return new ReadBlob(this.data.subarray(from, to));
  }
}
globalThis.FileReaderSync = class {
  readAsArrayBuffer(blob) {
    return new Uint8Array(blob.data).buffer;
  }
};

async function newest() {
  const wasm = await load("@contentauth/c2pa-wasm/pkg/c2pa.js");
  const code = await fs.readFile(path.join(modules, "@contentauth/c2pa-wasm/pkg/c2pa_bg.wasm"));
  wasm.initSync({ module: code });
  const opened = wasm.WasmReader.fromBytes
    ? await wasm.WasmReader.fromBytes(mime, new Uint8Array(bytes))
    : await wasm.WasmReader.fromBlob(mime, new ReadBlob(bytes));
  return opened.manifestStore ? opened.manifestStore() : JSON.parse(opened.json());
}

async function old() {
  const wasm = await load("@contentauth/toolkit/pkg/toolkit.js");
  const code = await fs.readFile(path.join(modules, "@contentauth/toolkit/pkg/toolkit_bg.wasm"));
  try {
    wasm.initSync({ module: code });
  } catch {
    wasm.initSync(code);
  }
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return wasm.getManifestStoreFromArrayBuffer(copy, mime);
}

async function typescript() {
  const { BMFF, JPEG, PNG } = await load("@trustnxt/c2pa-ts/dist/asset/index.js");
  const { SuperBox } = await load("@trustnxt/c2pa-ts/dist/jumbf/index.js");
  const { ManifestStore } = await load("@trustnxt/c2pa-ts/dist/manifest/index.js");
  const Asset = [JPEG, PNG, BMFF].find((one) => one.canRead(bytes));
  if (!Asset) throw new Error("a format that it does not know");
  const asset = new Asset(bytes);
  const jumbf = await asset.getManifestJUMBF();
  if (!jumbf) throw new Error("it finds no Content Credentials");
  const store = ManifestStore.read(SuperBox.fromBuffer(jumbf));
  const found = await store.validate(asset);
  const labels = (found.statusEntries ?? []).map((one) => `${one.success ? "+" : "-"}${one.code}`);
  const parts = store.manifests.flatMap((one) => one.assertions?.assertions ?? []);
  return { labels, parts: parts.map((one) => one.fullLabel ?? one.label), whole: parts };
}

const seen = new WeakSet();
const plain = (_, value) => {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value && typeof value === "object") {
    if (seen.has(value)) return undefined;
    seen.add(value);
  }
  return value;
};
try {
  const found = await { newest, old, typescript }[reader]();
  console.log(JSON.stringify({ found }, plain));
} catch (error) {
  console.log(JSON.stringify({ error: String(error?.message ?? error) }));
}
