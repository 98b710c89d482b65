// What the routes may use: functions and objects of `app`, put together by the command `serve` or by a test.
//
// Routes read a service when a request comes, never when they are registered, so that the interface can be described without
// any. Knows no route.

import type { Access } from "../app/access.ts";
import type { Store } from "../app/place.ts";
import type { Charge } from "../app/serving/charge.ts";
import type { Work } from "../app/work.ts";
import { OrbweaverError } from "../base/errors.ts";

export interface Services {
  /** Version of the package. */
  release: string;
  /** The models that are served. */
  charge: Charge;
  /** Where runs and models are registered. */
  store: Store;
  /** Users, API keys and the audit log. */
  access?: Access;
  /** Uploads, captures, jobs, live sources. */
  work: Work;
  /** What else /metrics tells: asked each time, in the order in which it was added. */
  figures: (() => Figure[])[];
}

/** A figure of /metrics, with a value for each set of labels. */
export interface Figure {
  /** Prometheus name with its unit: "orbweaver_jobs_waiting". */
  name: string;
  help: string;
  /** Counters only grow; their names end in _total. */
  type: "counter" | "gauge";
  values: readonly { labels?: Readonly<Record<string, string>>; value: number }[];
}

/** Users, API keys and the audit log. Throws `route-unknown` where the server keeps none. */
export function accessOf({ access }: Services): Access {
  if (access !== undefined) return access;
  throw new OrbweaverError("route-unknown", "this server keeps no users and no API keys");
}

/** Services for describing the interface: using one is a mistake. */
export function noServices(): Services {
  return new Proxy({} as Services, {
    get(_, name): never {
      throw new Error(`the service '${String(name)}' was asked for while routes were registered`);
    },
  });
}
