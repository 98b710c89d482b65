// Scenarios and a seed in, a capture and its labels out.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { CaptureWriter } from "../capture/write.ts";
import {
  type FrameSink,
  type GenerateOptions as GenerateRequest,
  type GenerateSummary,
  LABEL_COLUMNS,
  labelLine,
  type ScenarioParameter,
} from "../generate/contract.ts";
import { generateInSteps } from "../generate/generate.ts";
import { PRESETS } from "../generate/presets.ts";
import { SCENARIOS } from "../generate/scenarios/_index.ts";
import { LineFile } from "./file.ts";

export type { GenerateSummary, ScenarioParameter, ScenarioRequest } from "../generate/contract.ts";

export interface GenerateOptions extends GenerateRequest {
  /** Capture to write; "-" for standard output. */
  out: string;
  /** Label file to write. */
  labels?: string;
  onProgress?: (packets: number) => void;
  signal?: AbortSignal;
}

export interface GenerateResult {
  out: string;
  bytes: number;
  labels: string | null;
  summary: GenerateSummary;
  cancelled: boolean;
}

export interface ScenarioFacts {
  name: string;
  label: string;
  attack: boolean;
  title: string;
  description: string;
  parameters: readonly ScenarioParameter[];
}

export function listScenarios(): ScenarioFacts[] {
  return SCENARIOS.map(({ name, label, attack, title, description, parameters }) => ({
    name,
    label,
    attack,
    title,
    description,
    parameters,
  }));
}

export interface PresetFacts {
  name: string;
  title: string;
  description: string;
}

export function listPresets(): PresetFacts[] {
  return PRESETS.map(({ name, title, description }) => ({ name, title, description }));
}

/** Scenarios, length and end of a preset. Throws `scenario-unknown`. */
export function presetOptions(name: string): Omit<GenerateRequest, "seed"> {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset.options;
  const known = PRESETS.map((candidate) => candidate.name).join(", ");
  throw new OrbweaverError("scenario-unknown", `no preset '${name}', expected one of ${known}`);
}

/** A stop through `signal` leaves a complete capture of what there was, with its labels. */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const labels = options.labels === undefined ? undefined : new LineFile(options.labels);
  let writer: CaptureWriter | undefined;
  try {
    labels?.line(LABEL_COLUMNS.join(","));
    writer = CaptureWriter.open(options.out);
    const summary = await runSteps(options, writer, labels);
    await writer.close();
    labels?.close();
    return {
      out: options.out,
      bytes: writer.bytesWritten,
      labels: options.labels ?? null,
      summary,
      cancelled: options.signal?.aborted ?? false,
    };
  } catch (failure) {
    writer?.discard();
    labels?.discard();
    throw failure;
  }
}

async function runSteps(
  options: GenerateOptions,
  writer: CaptureWriter,
  labels: LineFile | undefined,
): Promise<GenerateSummary> {
  const sink: FrameSink = {
    frame: (timestampUs, bytes, length) => writer.write(timestampUs, bytes.subarray(0, length)),
    label: (record) => labels?.line(labelLine(record)),
  };
  const steps = generateInSteps(options, sink);
  for (let stop = false; ; stop = options.signal?.aborted ?? false) {
    const step = steps.next(stop);
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    await writer.flushIfNeeded();
    await setImmediate();
  }
}
