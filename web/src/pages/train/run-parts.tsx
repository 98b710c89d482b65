// Parts of the page of a run: fingerprints, versions of its model, files that it left, the report of an evaluation.

import { Button, Text } from "@mantine/core";
import { download } from "../../api/download.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { bytes } from "../../parts/format.ts";
import { failed } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { EvaluationView } from "./evaluation-view.tsx";
import { To } from "./facts.tsx";
import { useEvaluation } from "./run-queries.ts";
import type { ModelVersion, Run } from "./types.ts";

export function Fingerprint({ text }: { text: string | undefined }) {
  return text === undefined ? (
    "–"
  ) : (
    <span className="mono" title={text}>
      {text.slice(0, 16)}
    </span>
  );
}

export function Versions({ versions }: { versions: readonly ModelVersion[] }) {
  if (versions.length === 0) return "not registered";
  return versions.map(({ name, version }, at) => (
    <span key={`${name}:${version}`}>
      {at > 0 && ", "}
      <To to={`/models/${name}`}>{`${name}:${version}`}</To>
    </span>
  ));
}

export function Artefacts({ run: { id, artefacts = [] } }: { run: Run }) {
  return (
    <Panel title="Files">
      <DataTable
        label="Files of the run"
        rows={artefacts}
        rowKey={({ name }) => name}
        empty={
          <Text size="sm" c="dimmed">
            It left no files.
          </Text>
        }
        columns={[
          { id: "name", header: "File", cell: ({ name }) => <span className="mono">{name}</span> },
          { id: "type", header: "Type", cell: ({ type }) => type },
          { id: "bytes", header: "Size", isNumber: true, cell: ({ bytes: size }) => bytes(size) },
          {
            id: "get",
            header: "",
            cell: ({ name }) => (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Download ${name}`}
                onClick={() => void download(`/runs/${id}/artefacts/${name}`, `${id}-${name}`).catch(failed)}
              >
                Download
              </Button>
            ),
          },
        ]}
      />
    </Panel>
  );
}

export function Report({ id }: { id: string }) {
  const evaluation = useEvaluation(id);
  return (
    <Asked query={evaluation} what="the evaluation">
      {(found) =>
        found === null ? (
          <Panel>
            <Empty title="Not recorded">This run left no report.</Empty>
          </Panel>
        ) : (
          <EvaluationView evaluation={found} />
        )
      }
    </Asked>
  );
}
