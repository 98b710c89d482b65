// Says what a file holds, told by its content: a capture, a model, or rows.

import { OrbweaverError } from "../base/errors.ts";
import { describeContent } from "../capture/content.ts";
import type { CaptureSummary } from "../capture/contract.ts";
import { readCapture } from "../capture/read.ts";
import { inspectRows, type RowsSummary } from "../dataset/inspect.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import type { ModelManifest } from "../model/contract.ts";
import { describeModel } from "../model/describe.ts";
import { Decoder } from "../packet/decode.ts";
import { linkTypeName } from "../packet/link.ts";
import type { DecodeReport } from "../packet/statistics.ts";
import { readStart } from "./file.ts";
import { readModel } from "./models.ts";

export type Inspection =
  | { type: "capture"; capture: CaptureSummary; linkTypes: string[]; decode: DecodeReport }
  | {
      type: "model";
      path: string;
      manifest: ModelManifest;
      importance: { column: string; share: number }[];
      markdown: string;
    }
  | { type: "rows"; rows: RowsSummary };

export interface InspectOptions {
  path: string;
  tunnels?: boolean;
  /** Class column of rows. */
  label?: string;
  onProgress?: (progress: { bytesRead: number; bytesTotal?: number; frames: number }) => void;
  signal?: AbortSignal;
}

const HEAD_BYTES = 512;
const MODEL_MAGIC = "ORBMODEL";
/** First bytes of pcap in either byte order and precision, and of pcapng. */
const CAPTURE_MAGICS = ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a"];
const GZIP_MAGIC = "1f8b";

export async function inspect(options: InspectOptions): Promise<Inspection> {
  const { path } = options;
  if (path === "-") return inspectCapture(options);
  const head = await readStart(path, HEAD_BYTES);
  const hexadecimal = Buffer.from(head.subarray(0, 4)).toString("hex");
  if (Buffer.from(head.subarray(0, MODEL_MAGIC.length)).toString("latin1") === MODEL_MAGIC) {
    return inspectModel(path);
  }
  if (CAPTURE_MAGICS.includes(hexadecimal)) return inspectCapture(options);
  try {
    // Gzip holds captures and rows alike; only a capture can be told by its first bytes.
    if (hexadecimal.startsWith(GZIP_MAGIC)) return await inspectCapture(options);
  } catch (failure) {
    if (!(failure instanceof OrbweaverError) || failure.code !== "capture-format") throw failure;
  }
  return inspectTable(options, head);
}

async function inspectModel(path: string): Promise<Inspection> {
  const model = await readModel(path);
  const { columns } = model.manifest.schema;
  const importance = [...model.importance()]
    .map((share, column) => ({ column: columns[column].name, share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  return { type: "model", path, manifest: model.manifest, importance, markdown: describeModel(model) };
}

async function inspectCapture(options: InspectOptions): Promise<Inspection> {
  const decoder = new Decoder({ tunnels: options.tunnels });
  const capture = await readCapture(options.path, {
    onFrame: {
      frame(bytes, start, captured, wire, timeUs, linkType) {
        decoder.decode(bytes, start, captured, wire, timeUs, linkType);
      },
    },
    onBlock: options.onProgress,
    signal: options.signal,
  });
  return {
    type: "capture",
    capture,
    linkTypes: capture.linkTypes.map(linkTypeName),
    decode: decoder.statistics.report(),
  };
}

async function inspectTable({ path, label, signal }: InspectOptions, head: Uint8Array): Promise<Inspection> {
  try {
    return { type: "rows", rows: await inspectRows(path, { knownSchemas: SCHEMAS, label, signal }) };
  } catch (failure) {
    if (!(failure instanceof OrbweaverError) || failure.code !== "rows-format") throw failure;
    throw new OrbweaverError(
      "rows-format",
      `${path}: ${describeContent(head)}, expected a capture, a model or rows`,
      { hint: "Give a pcap or pcapng capture, a model of `orbweaver train`, or rows.", cause: failure },
    );
  }
}
