// The live sources of a server: started, listed, followed and stopped. Their number is bounded.

import { OrbweaverError } from "../../base/errors.ts";
import { meteredSchema } from "../detect.ts";
import { listCaptureInterfaces, parseEndpoint } from "../interfaces.ts";
import type { Charge } from "../serving/charge.ts";
import type { StoredFiles } from "../stored-files.ts";
import { ModelInCharge } from "./model-in-charge.ts";
import { LiveSource, type SourceSettings, type SourceView } from "./source.ts";

export type { SourceEvent, SourceState, SourceView } from "./source.ts";

export interface SourceRequest {
  name: string;
  /** An interface, or a capture that is played. */
  from:
    | { interface: string; filter?: string; exclude?: string[] }
    | { capture: string; speed?: number; loop?: boolean };
  /** Name or reference; the model that is served first unless given. */
  model?: string;
  threshold?: number;
  reasons?: number;
  /** Also judge flows that go on, after so many seconds. */
  earlySeconds?: number;
}

const SOURCES_MAX = 8;
const REASONS_DEFAULT = 3;
/** How long starting waits for the capture program, ms. */
const BEGIN_MS = 5_000;

export class LiveSources {
  readonly #sources = new Map<string, LiveSource>();
  readonly #charge: Charge;
  readonly #captures: StoredFiles;

  constructor(charge: Charge, captures: StoredFiles) {
    this.#charge = charge;
    this.#captures = captures;
  }

  interfaces(): Promise<{ name: string; description: string }[]> {
    return listCaptureInterfaces();
  }

  list(): SourceView[] {
    return [...this.#sources.values()].map((source) => source.view());
  }

  show(name: string): SourceView {
    return this.#source(name).view();
  }

  /** Throws `source-unknown`. */
  events(name: string, ...how: Parameters<LiveSource["events"]>): ReturnType<LiveSource["events"]> {
    return this.#source(name).events(...how);
  }

  /** Throws `source-unknown`, as the next two do. */
  history(name: string): ReturnType<LiveSource["history"]> {
    return this.#source(name).history();
  }

  talkers(name: string): ReturnType<LiveSource["talkers"]> {
    return this.#source(name).talkers();
  }

  alerts(name: string): ReturnType<LiveSource["alerts"]> {
    return this.#source(name).alerts();
  }

  /** Ids of the captures that are played. */
  capturesInUse(): Set<string> {
    const running = [...this.#sources.values()].filter((source) => source.view().ended === undefined);
    return new Set(running.flatMap(({ settings }) => settings.capture?.id ?? []));
  }

  /**
   * Starts a source; one that has ended makes room for another of its name.
   *
   * @throws `source-exists`, `sources-full`, `schema-mismatch`, `capture-unknown`, what the model is looked for by, and what
   *   capturing on an interface throws when it begins
   */
  async start(request: SourceRequest): Promise<SourceView> {
    const { name } = request;
    this.#requireRoom(name);
    const settings = await this.#settings(request);
    const model = await this.#modelOf(request.model);
    meteredSchema(model.manifest);
    // Others may have started one meanwhile.
    this.#requireRoom(name);
    const source = new LiveSource(settings, model);
    this.#sources.set(name, source);
    await Promise.race([source.begun, new Promise((resolve) => setTimeout(resolve, BEGIN_MS).unref())]);
    const view = source.view();
    if (view.failure === undefined || view.counts.frames > 0) return view;
    this.#sources.delete(name);
    throw new OrbweaverError(view.failure.code as OrbweaverError["code"], view.failure.message);
  }

  /** Stops a source and forgets it; gives what it was at its end. Throws `source-unknown`. */
  async stop(name: string): Promise<SourceView> {
    const source = this.#source(name);
    await source.stop();
    if (this.#sources.get(name) === source) this.#sources.delete(name);
    return source.view();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sources.values()].map((source) => source.stop()));
    this.#sources.clear();
  }

  #source(name: string): LiveSource {
    const source = this.#sources.get(name);
    if (source !== undefined) return source;
    throw new OrbweaverError("source-unknown", `there is no live source '${name.slice(0, 60)}'`);
  }

  #requireRoom(name: string): void {
    const before = this.#sources.get(name);
    if (before !== undefined && before.view().ended === undefined)
      throw new OrbweaverError("source-exists", `the live source '${name}' runs already`);
    if (before === undefined && this.#sources.size >= SOURCES_MAX)
      throw new OrbweaverError(
        "sources-full",
        `there are ${this.#sources.size} live sources, as many as may be`,
      );
  }

  async #settings({
    name,
    from,
    threshold,
    reasons,
    earlySeconds,
    model,
  }: SourceRequest): Promise<SourceSettings> {
    const shared = {
      name,
      model: model ?? this.#charge.names[0] ?? "",
      threshold: threshold ?? this.#charge.threshold,
      reasons: reasons ?? REASONS_DEFAULT,
      meter: earlySeconds === undefined ? {} : { earlyAfterS: earlySeconds },
    };
    if ("capture" in from) {
      const path = await this.#captures.path(from.capture);
      const capture = { path, id: from.capture };
      return { ...shared, kind: "replay", capture, speed: from.speed ?? 1, loop: from.loop ?? true };
    }
    const live = {
      interface: from.interface,
      ...(from.filter === undefined ? {} : { filter: from.filter }),
      exclude: (from.exclude ?? []).map(parseEndpoint),
    };
    return { ...shared, kind: "interface", live, speed: 1, loop: false };
  }

  /** The model that is in charge whenever it is asked. */
  async #modelOf(reference: string | undefined): Promise<ModelInCharge> {
    const charge = this.#charge;
    const name = reference ?? charge.names[0];
    const found = reference === undefined ? charge.main() : await charge.find(reference);
    return new ModelInCharge(() => {
      const { predictor, digest } = (name === undefined ? undefined : charge.named(name)) ?? found;
      return { model: predictor.model, digest };
    });
  }
}
