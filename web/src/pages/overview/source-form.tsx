// Starts a live source: an interface to meter, or a capture to play. What capturing needs is said where the server cannot.

import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api, data, type Schemas } from "../../api/client.ts";
import { useCaptures, useModels } from "../../api/queries.ts";
import { bytes } from "../../parts/format.ts";
import { Failure } from "../../parts/states.tsx";

type NewSource = Schemas["NewSourceInput"];
type Kind = "capture" | "interface";

interface Filled {
  kind: Kind;
  name: string;
  interface: string;
  filter: string;
  capture: string;
  speed: number;
  loop: boolean;
  model: string;
}

const EMPTY: Filled = {
  kind: "capture",
  name: "",
  interface: "",
  filter: "",
  capture: "",
  speed: 1,
  loop: true,
  model: "",
};

export function SourceForm({ onStarted }: { onStarted: (name: string) => void }) {
  const [filled, setFilled] = useState(EMPTY);
  const queries = useQueryClient();
  const set = (change: Partial<Filled>): void => setFilled({ ...filled, ...change });
  const start = useMutation({
    mutationFn: () => data(api.POST("/sources", { body: sourceOf(filled) })),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: ["sources"] });
      onStarted(name);
    },
  });
  const isReady = (filled.kind === "capture" ? filled.capture : filled.interface) !== "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      <Stack gap="sm">
        <SegmentedControl
          aria-label="What is metered"
          data={[
            { value: "capture", label: "A capture, played" },
            { value: "interface", label: "A network interface" },
          ]}
          value={filled.kind}
          onChange={(kind) => set({ kind: kind as Kind })}
        />
        {filled.kind === "capture" ? (
          <CaptureFields filled={filled} set={set} />
        ) : (
          <InterfaceFields filled={filled} set={set} />
        )}
        <ModelField filled={filled} set={set} />
        <TextInput
          label="Name of the source"
          placeholder={nameOf(filled)}
          value={filled.name}
          maxLength={100}
          onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        />
        {start.isError && <Refusal failure={start.error} kind={filled.kind} />}
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending} disabled={!isReady}>
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldsProps {
  filled: Filled;
  set: (change: Partial<Filled>) => void;
}

function CaptureFields({ filled, set }: FieldsProps) {
  const captures = useCaptures();
  const known = captures.data ?? [];
  return (
    <>
      <Select
        label="Capture"
        placeholder={captures.isPending ? "Loading …" : "Choose a capture"}
        data={known.map(({ id, name, bytes: size }) => ({ value: id, label: `${name} (${bytes(size)})` }))}
        value={filled.capture || null}
        onChange={(capture) => set({ capture: capture ?? "" })}
        searchable
        required
        description={
          captures.data !== undefined && known.length === 0
            ? "There is none yet: send one on the page Captures."
            : undefined
        }
      />
      {captures.isError && <Failure failure={captures.error} retry={() => void captures.refetch()} />}
      <Group gap="md" align="flex-end">
        <NumberInput
          label="Speed"
          description="2 plays twice as fast."
          min={0.01}
          max={10_000}
          value={filled.speed}
          onChange={(speed) => set({ speed: typeof speed === "number" ? speed : 1 })}
          w={150}
        />
        <Checkbox
          label="Again and again"
          checked={filled.loop}
          onChange={({ currentTarget }) => set({ loop: currentTarget.checked })}
          mb={8}
        />
      </Group>
    </>
  );
}

function InterfaceFields({ filled, set }: FieldsProps) {
  const interfaces = useQuery({
    queryKey: ["interfaces"],
    queryFn: () => data(api.GET("/interfaces")),
    retry: false,
  });
  return (
    <>
      {interfaces.isError ? (
        <Refusal failure={interfaces.error} kind="interface" />
      ) : (
        <Select
          label="Interface"
          placeholder={interfaces.isPending ? "Loading …" : "Choose an interface"}
          data={(interfaces.data?.interfaces ?? []).map(({ name, description }) => ({
            value: name,
            label: description === "" ? name : `${name} (${description})`,
          }))}
          value={filled.interface || null}
          onChange={(name) => set({ interface: name ?? "" })}
          searchable
          required
          nothingFoundMessage="The server sees no interface that it may capture on."
        />
      )}
      <TextInput
        label="Filter"
        description="In the language of libpcap. The connections of this console are left out of it."
        placeholder="not port 22"
        value={filled.filter}
        maxLength={2_000}
        onChange={({ currentTarget }) => set({ filter: currentTarget.value })}
      />
    </>
  );
}

function ModelField({ filled, set }: FieldsProps) {
  const { data: models } = useModels();
  return (
    <Select
      label="Model"
      placeholder="The main one"
      data={(models?.served ?? []).map(({ name, version }) => ({
        value: name,
        label: name === version ? name : `${name} ${version}`,
      }))}
      value={filled.model || null}
      onChange={(model) => set({ model: model ?? "" })}
      clearable
    />
  );
}

/** What the server said, and what capturing needs where that is the reason. */
function Refusal({ failure, kind }: { failure: unknown; kind: Kind }) {
  const needsRights = failure instanceof ApiError && [403, 503].includes(failure.status);
  return (
    <Stack gap={6}>
      <Failure failure={failure} />
      {kind === "interface" && needsRights && (
        <Text size="sm" c="dimmed">
          To meter an interface, dumpcap or tcpdump must be installed on the machine of the server, and the
          server must be allowed to run it: on Debian the group wireshark may run dumpcap. The server itself
          needs no privilege.
        </Text>
      )}
    </Stack>
  );
}

/** The name that a source gets unless one is given. */
function nameOf({ kind, interface: name }: Filled): string {
  return kind === "capture"
    ? "replay"
    : name.replaceAll(/[^a-z0-9._-]+/gi, "-").replace(/^[^a-z0-9]+/i, "") || "live";
}

function sourceOf(filled: Filled): NewSource {
  const { kind, filter, capture, speed, loop, model } = filled;
  const trimmed = filter.trim();
  return {
    name: filled.name.trim() || nameOf(filled),
    from:
      kind === "capture"
        ? { capture, speed, loop }
        : { interface: filled.interface, ...(trimmed === "" ? {} : { filter: trimmed }) },
    ...(model === "" ? {} : { model }),
  };
}
