// Asks for an evaluation of a model on rows that it has not seen, and shows how far it is. Dialogues do not lock the page behind them:
// the lock is a style that is written without a nonce, which the policy of the console refuses.

import { Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, type Job, type NewJob } from "../../api/client.ts";
import { isEnded, useJob } from "../../api/queries.ts";
import { JobState } from "../../parts/job-progress.tsx";
import { failed, told } from "../../parts/notify.tsx";
import { RowsChoice, type RowsInput } from "./rows-choice.tsx";

export function EvaluateForm({
  model,
  label = "label",
  labelMap,
  isOpen,
  onClose,
  onDone,
}: {
  /** NAME:VERSION. */
  model: string;
  label?: string;
  /** As the training had it. */
  labelMap?: unknown;
  isOpen: boolean;
  onClose: () => void;
  onDone: (run: string) => void;
}) {
  const [rows, setRows] = useState<RowsInput>();
  const [column, setColumn] = useState(label);
  const [map, setMap] = useState<string | null>(labelMap === "kdd5" ? "kdd5" : null);
  const [threshold, setThreshold] = useState<number | string>("");
  const [job, setJob] = useState<string>();
  const start = useMutation({
    mutationFn: () =>
      client.createJob({
        kind: "evaluate",
        request: {
          model,
          rows: rows === undefined ? [] : [rows],
          label: column,
          ...(map === "kdd5" && { labelMap: "kdd5" }),
          ...(typeof threshold === "number" && { threshold }),
        },
      } as NewJob),
    onSuccess: ({ id }) => setJob(id),
    onError: failed,
  });
  return (
    <Modal
      opened={isOpen}
      lockScroll={false}
      onClose={onClose}
      title={`Evaluate ${model}`}
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {job === undefined ? (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            Labelled rows that it did not learn from. The report is kept as a run of its own.
          </Text>
          <RowsChoice label="Rows" value={rows} onChange={setRows} />
          <Group grow align="flex-start">
            <TextInput
              label="Label column"
              value={column}
              onChange={(event) => setColumn(event.currentTarget.value)}
            />
            <Select
              label="Labels to classes"
              value={map ?? "none"}
              allowDeselect={false}
              onChange={(value) => setMap(value === "none" ? null : value)}
              data={[
                { value: "none", label: "As in training" },
                { value: "kdd5", label: "Five groups of KDD99" },
              ]}
            />
            <NumberInput
              label="Threshold"
              placeholder="0.5"
              min={0.001}
              max={1}
              step={0.05}
              value={threshold}
              onChange={setThreshold}
            />
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              loading={start.isPending}
              disabled={rows === undefined || column === ""}
              onClick={() => start.mutate()}
            >
              Evaluate
            </Button>
          </Group>
        </Stack>
      ) : (
        <Followed id={job} onDone={onDone} />
      )}
    </Modal>
  );
}

function Followed({ id, onDone }: { id: string; onDone: (run: string) => void }) {
  const queries = useQueryClient();
  const { data: job } = useJob(id);
  const state = job?.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it has ended
  useEffect(() => {
    const run = runOf(job);
    if (job === undefined || !isEnded(job) || run === undefined) return;
    void queries.invalidateQueries({ queryKey: ["runs"] });
    told("The evaluation is kept.");
    onDone(run);
  }, [state]);
  return job === undefined ? null : <JobState job={job} />;
}

/** The run that a job made. */
export function runOf(job: Job | undefined): string | undefined {
  const run = (job?.summary as { run?: unknown } | undefined)?.run;
  return typeof run === "string" ? run : undefined;
}
