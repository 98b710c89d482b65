// What MLflow's REST reference says of the requests that we make, as tables: fields with their types, what must be there, and limits.
//
// Sources, of mlflow/mlflow: mlflow/protos/service.proto and model_registry.proto (the reference at mlflow.org/docs/latest/rest-api.html is
// generated from them; `validate_required` is what must be there), and mlflow/utils/validation.py for keys, values and limits.

/** Bytes of a request of runs/log-batch. */
export const BATCH_BYTES_MAX = 1_000_000;
/** Metrics, parameters and tags of one, together. */
export const BATCH_ENTITIES_MAX = 1_000;

type FieldType =
  | "string"
  | "int64"
  | "double"
  | "status"
  | { list: Readonly<Record<string, Field>>; most?: number };

export interface Field {
  type: FieldType;
  required?: true;
  /** Characters. */
  longest?: number;
  form?: "key" | "alias" | "run id" | "experiment id" | "version" | "uri";
}

/** RunStatus of service.proto. */
const STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

/** Keys: validation.py, _VALID_PARAM_AND_METRIC_NAMES and path_not_unique. */
const FORMS: Readonly<Record<NonNullable<Field["form"]>, (text: string) => boolean>> = {
  key: (text) => /^[/\w.\- ]+$/.test(text) && isOwnPath(text),
  alias: (text) => /^[\w-]+$/.test(text) && text.toLowerCase() !== "latest" && !/^[vV]\d+$/.test(text),
  "run id": (text) => /^[a-zA-Z0-9][\w-]{0,255}$/.test(text),
  "experiment id": (text) => /^[a-zA-Z0-9][\w-]{0,63}$/.test(text),
  version: (text) => /^\d+$/.test(text),
  uri: (text) => /^[a-z][a-z-]*:/.test(text),
};

/** posixpath.normpath(name) is the name, and goes neither up nor to the root. */
function isOwnPath(text: string): boolean {
  const parts = text.split("/");
  return parts.every((part) => part !== "" && part !== "." && part !== "..");
}

const KEY: Field = { type: "string", required: true, longest: 250, form: "key" };
const tag = (longest: number): Readonly<Record<string, Field>> => ({
  key: KEY,
  value: { type: "string", required: true, longest },
});
const RUN_ID: Field = { type: "string", required: true, form: "run id" };
const NAME: Field = { type: "string", required: true, longest: 256 };

export interface Endpoint {
  method: "GET" | "POST" | "DELETE";
  /** Of the query for GET, else of the body. */
  fields: Readonly<Record<string, Field>>;
}

export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "experiments/get-by-name": {
    method: "GET",
    fields: { experiment_name: { type: "string", required: true, longest: 500 } },
  },
  "experiments/create": {
    method: "POST",
    fields: {
      name: { type: "string", required: true, longest: 500 },
      artifact_location: { type: "string" },
      tags: { type: { list: tag(5_000) } },
    },
  },
  "runs/create": {
    method: "POST",
    fields: {
      experiment_id: { type: "string", form: "experiment id" },
      user_id: { type: "string" },
      run_name: { type: "string" },
      start_time: { type: "int64" },
      tags: { type: { list: tag(5_000) } },
    },
  },
  "runs/update": {
    method: "POST",
    fields: {
      run_id: RUN_ID,
      status: { type: "status" },
      end_time: { type: "int64" },
      run_name: { type: "string" },
    },
  },
  "runs/log-batch": {
    method: "POST",
    fields: {
      run_id: RUN_ID,
      metrics: {
        type: {
          most: 1_000,
          list: {
            key: KEY,
            value: { type: "double", required: true },
            timestamp: { type: "int64", required: true },
            step: { type: "int64" },
          },
        },
      },
      params: { type: { most: 100, list: tag(6_000) } },
      tags: { type: { most: 100, list: tag(5_000) } },
    },
  },
  "registered-models/get": { method: "GET", fields: { name: NAME } },
  "registered-models/create": {
    method: "POST",
    fields: { name: NAME, tags: { type: { list: tag(5_000) } }, description: { type: "string" } },
  },
  "registered-models/alias": {
    method: "POST",
    fields: {
      name: NAME,
      alias: { type: "string", required: true, longest: 255, form: "alias" },
      version: { type: "string", required: true, form: "version" },
    },
  },
  "DELETE registered-models/alias": {
    method: "DELETE",
    fields: { name: NAME, alias: { type: "string", required: true, longest: 255, form: "alias" } },
  },
  "model-versions/create": {
    method: "POST",
    fields: {
      name: NAME,
      source: { type: "string", required: true, form: "uri" },
      run_id: { type: "string", form: "run id" },
      tags: { type: { list: tag(5_000) } },
      run_link: { type: "string" },
      description: { type: "string" },
    },
  },
};

/** What is wrong with a message; undefined where nothing is. */
export function problemOf(
  fields: Readonly<Record<string, Field>>,
  message: unknown,
  where = "request",
): string | undefined {
  if (typeof message !== "object" || message === null || Array.isArray(message))
    return `${where} is no object`;
  const values = message as Record<string, unknown>;
  for (const name of Object.keys(values))
    if (!Object.hasOwn(fields, name)) return `${where} has no field '${name}'`;
  for (const [name, field] of Object.entries(fields)) {
    const problem = problemOfField(field, values[name], `${where}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfField(field: Field, value: unknown, where: string): string | undefined {
  const { type, required, longest, form } = field;
  if (value === undefined) return required ? `${where} is missing` : undefined;
  if (typeof type === "object") return problemOfList(type, value, where);
  switch (type) {
    case "string":
      if (typeof value !== "string") return `${where} is no text`;
      if (required && value === "") return `${where} is empty`;
      if (longest !== undefined && [...value].length > longest) return `${where} is longer than ${longest}`;
      return form === undefined || FORMS[form](value) ? undefined : `${where} '${value}' is no ${form}`;
    case "int64":
      return Number.isSafeInteger(value) && (value as number) >= 0
        ? undefined
        : `${where} is no whole number`;
    case "double":
      return typeof value === "number" && Number.isFinite(value) ? undefined : `${where} is no number`;
    case "status":
      return STATUSES.includes(value as string) ? undefined : `${where} is none of ${STATUSES.join(", ")}`;
  }
}

function problemOfList(
  { list, most }: { list: Readonly<Record<string, Field>>; most?: number },
  value: unknown,
  where: string,
): string | undefined {
  if (!Array.isArray(value)) return `${where} is no list`;
  if (most !== undefined && value.length > most)
    return `${where} has ${value.length} entries, at most ${most} may be`;
  for (const [index, item] of value.entries()) {
    const problem = problemOf(list, item, `${where}[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is wrong with a batch beyond its fields. */
export function problemOfBatch(
  text: string,
  body: { metrics?: object[]; params?: { key: string }[]; tags?: object[] },
): string | undefined {
  if (Buffer.byteLength(text) > BATCH_BYTES_MAX) return `request has more than ${BATCH_BYTES_MAX} bytes`;
  const { metrics = [], params = [], tags = [] } = body;
  if (metrics.length + params.length + tags.length > BATCH_ENTITIES_MAX)
    return `request has more than ${BATCH_ENTITIES_MAX} metrics, params and tags`;
  const keys = params.map(({ key }) => key);
  return new Set(keys).size === keys.length ? undefined : "request names a parameter twice";
}
