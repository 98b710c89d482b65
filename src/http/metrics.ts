// What /metrics tells (Prometheus' text format): answers by route and their latency, rows and verdicts of models, the challenger,
// the process, and whatever other parts add as figures.
//
// Figures of models are read when they are asked for: counting costs a prediction nothing. Knows no route.

import type { FastifyReply, FastifyRequest } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Charge, type Served, versionText } from "../app/serving/charge.ts";
import type { App } from "./app.ts";
import type { Figure, Services } from "./services.ts";

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
  /** Counts an answer that did not go through the framework. */
  count(answer: Answer): void;
}

export interface Answer {
  method: string;
  /** Its path, with the names of parameters. */
  route: string;
  status: number;
  seconds: number;
}

/** Counts every answer of the server, and tells what the services know. */
export function openMetrics(app: App, services: Services): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const count = answerCounter(register);
  app.addHook("onResponse", (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const route = request.routeOptions.url ?? "unknown";
    count({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
  return {
    count,
    contentType: register.contentType,
    text: async () => {
      const figures = [...modelFigures(services.charge), ...services.figures.flatMap((tell) => tell())];
      const told = new Registry();
      for (const figure of figures) tell(told, figure);
      return `${await register.metrics()}\n${await told.metrics()}`;
    },
  };
}

function answerCounter(register: Registry): (answer: Answer) => void {
  const durations = new Histogram({
    name: "orbweaver_http_request_duration_seconds",
    help: "Time from a request's header to the end of its answer",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers: [register],
  });
  const children = new Map<string, ReturnType<typeof durations.labels>>();
  return ({ method, route, status, seconds }) => {
    const key = `${method} ${status} ${route}`;
    let child = children.get(key);
    if (child === undefined) {
      child = durations.labels(method, route, String(status));
      children.set(key, child);
    }
    child.observe(seconds);
  };
}

function tell(register: Registry, { name, help, type, values }: Figure): void {
  const labelNames = [...new Set(values.flatMap(({ labels }) => Object.keys(labels ?? {})))];
  const settings = { name, help, labelNames, registers: [register] };
  if (type === "counter") {
    const counter = new Counter(settings);
    for (const { labels, value } of values) counter.inc(labels ?? {}, value);
  } else {
    const gauge = new Gauge(settings);
    for (const { labels, value } of values) gauge.set(labels ?? {}, value);
  }
}

/** Figures of the models in charge, and of the challenger. */
function modelFigures(charge: Charge): Figure[] {
  const served = charge.names.flatMap((name) => charge.named(name) ?? []);
  const labels = (one: Served): Record<string, string> => ({ model: one.name, version: versionText(one) });
  return [
    {
      name: "orbweaver_model_info",
      help: "The models in charge",
      type: "gauge",
      values: served.map((one) => ({
        labels: { ...labels(one), digest: one.digest, schema: one.predictor.manifest.schema.id },
        value: 1,
      })),
    },
    {
      name: "orbweaver_model_swaps_total",
      help: "Models that took another's place",
      type: "counter",
      values: [{ value: charge.swaps }],
    },
    {
      name: "orbweaver_model_problems",
      help: "Names whose newest model could not be loaded",
      type: "gauge",
      values: [{ value: charge.problems().length }],
    },
    {
      name: "orbweaver_rows_total",
      help: "Rows that models judged",
      type: "counter",
      values: served.map((one) => ({ labels: labels(one), value: one.predictor.counts.rows })),
    },
    {
      name: "orbweaver_verdicts_total",
      help: "Rows by the class that they got",
      type: "counter",
      values: served.flatMap((one) =>
        one.predictor.manifest.classes.map((name, index) => ({
          labels: { ...labels(one), class: name },
          value: one.predictor.counts.classes[index],
        })),
      ),
    },
    {
      name: "orbweaver_attacks_total",
      help: "Rows that were called attacks",
      type: "counter",
      values: served.map((one) => ({ labels: labels(one), value: one.predictor.counts.attacks })),
    },
    {
      name: "orbweaver_unknown_rows_total",
      help: "Rows that are like nothing seen in training",
      type: "counter",
      values: served.map((one) => ({ labels: labels(one), value: one.predictor.counts.unknown })),
    },
    ...shadowFigures(charge),
  ];
}

function shadowFigures(charge: Charge): Figure[] {
  const report = charge.shadowReport();
  if (report === undefined) return [];
  const one = (name: string, help: string, type: Figure["type"], value: number): Figure => ({
    name: `orbweaver_shadow_${name}`,
    help,
    type,
    values: [{ value }],
  });
  return [
    one("running", "Whether the challenger scores", "gauge", report.state === "running" ? 1 : 0),
    one("rows_total", "Rows that champion and challenger scored", "counter", report.rows),
    one("dropped_rows_total", "Rows that found no room in the challenger's queue", "counter", report.dropped),
    one("queue_rows", "Rows that wait for the challenger", "gauge", report.waiting),
    one("same_class_rows_total", "Rows to which both gave the same class", "counter", report.sameClass),
    one(
      "same_verdict_rows_total",
      "Rows that both called an attack, or both did not",
      "counter",
      report.sameVerdict,
    ),
    one(
      "score_difference_mean",
      "Mean difference of the attack probability",
      "gauge",
      report.scoreDifference.mean,
    ),
    one(
      "seconds_per_row",
      "Mean time of the challenger for a row",
      "gauge",
      report.latency.meanUsPerRow / 1e6,
    ),
  ];
}
