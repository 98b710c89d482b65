// Puts a server together from a place: its store, the models in charge, what routes need; and takes it apart again.
//
// What it guarantees: what was opened is closed, in the opposite order, also where starting fails. Knows no route.

import type { Access } from "../app/access.ts";
import { openPlace, type Place, type PlaceOptions } from "../app/place.ts";
import { releaseVersion } from "../app/runs.ts";
import { type Charge, openCharge } from "../app/serving/charge.ts";
import { openWork, type Work, type WorkOptions } from "../app/work.ts";
import { openLog, type ServerLog } from "./log.ts";
import { openSecurity, type SecurityChoices } from "./security/open.ts";
import { createServer, HOST_DEFAULT, type Limits, type Server, type ServerOptions } from "./server.ts";
import type { Services } from "./services.ts";
import { workFigures } from "./work-figures.ts";

export interface StartOptions extends Pick<ServerOptions, "host" | "port" | "pages"> {
  /** Who is let in, and how. */
  security?: SecurityChoices;
  place?: PlaceOptions;
  /** NAME=REF or REF; the first is the main one. */
  models?: readonly string[];
  /** The challenger of the main model. */
  shadow?: string;
  threshold?: number;
  limits?: Partial<Limits>;
  log?: ServerLog;
  /** Bounds of jobs and of files that clients send. */
  jobs?: WorkOptions["jobs"];
  files?: WorkOptions["files"];
}

export interface Started {
  address: string;
  place: Place;
  charge: Charge;
  access: Access;
  work: Work;
  server: Server;
  /** Reads the files of TLS again, where there are any. Never throws; the log says what came of it. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Starts to serve. Throws what loading the models throws, `address-unusable`, `serve-unprotected` and `tls-invalid`. */
export async function startServing(options: StartOptions): Promise<Started> {
  const log = options.log ?? openLog({ level: "silent" });
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const { place, store } = await openPlace(options.place);
    closing.push(() => store.close());
    const guarded = await openSecurity(store, options.host ?? HOST_DEFAULT, options.security);
    closing.push(() => guarded.close());
    const charge = await openCharge({
      models: options.models ?? [],
      shadow: options.shadow,
      threshold: options.threshold,
      store,
      place: options.place,
      onEvent: (event) => {
        if (event.kind === "swapped") log.info(event, "a model was swapped");
        else log.error(event, "a model could not be loaded; the one before stays in charge");
      },
    });
    closing.push(() => charge.close());
    const work = await openWork({ place, store, charge, jobs: options.jobs, files: options.files });
    closing.push(() => work.close());
    const figures = [() => workFigures(work)];
    const { access, security, tls } = guarded;
    const services: Services = { release: releaseVersion(), charge, store, access, work, figures };
    const server = await createServer({ ...options, services, log, security, tls });
    closing.push(() => server.close());
    const followed = guarded.follow(server.fastify, log);
    const reload = async (): Promise<void> => followed?.again();
    return { address: await server.listen(), place, charge, access, work, server, reload, close };
  } catch (failure) {
    await close();
    throw failure;
  }
}
