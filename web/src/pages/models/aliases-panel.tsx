// The aliases of a model, with rolling back and taking away, and what happened to them.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { useMay } from "../../api/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import { namedBefore, type Registered } from "./model-facts.ts";

interface Asked {
  alias: string;
  version: number;
  how: "roll back" | "remove";
}

export function AliasesPanel({ model }: { model: Registered }) {
  const mayChange = useMay("admin");
  const [asked, setAsked] = useState<Asked>();
  const aliases = Object.entries(model.aliases).map(([alias, version]) => ({ alias, version }));
  return (
    <>
      <Panel
        title="Aliases"
        note={`Clients that ask for ${model.name}@ALIAS meet the version that it names; ${model.name} alone means the champion.`}
      >
        <DataTable
          label="Aliases"
          rows={aliases}
          rowKey={({ alias }) => alias}
          empty={
            <Text size="sm" c="dimmed">
              No alias names a version. Promote one, and it is the champion.
            </Text>
          }
          columns={[
            {
              id: "alias",
              header: "Alias",
              value: ({ alias }) => alias,
              cell: ({ alias }) => <b>{alias}</b>,
            },
            { id: "version", header: "Version", isNumber: true, cell: ({ version }) => version },
            {
              id: "before",
              header: "Before it",
              isNumber: true,
              cell: ({ alias }) => namedBefore(model, alias) ?? "–",
            },
            ...(mayChange
              ? [
                  {
                    id: "change",
                    header: "",
                    cell: ({ alias, version }: { alias: string; version: number }) => (
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button
                          size="compact-xs"
                          variant="default"
                          disabled={namedBefore(model, alias) === undefined}
                          aria-label={`Roll back ${alias}`}
                          onClick={() => setAsked({ alias, version, how: "roll back" })}
                        >
                          Roll back
                        </Button>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={`Remove ${alias}`}
                          onClick={() => setAsked({ alias, version, how: "remove" })}
                        >
                          Remove
                        </Button>
                      </Group>
                    ),
                  },
                ]
              : []),
          ]}
        />
        {asked !== undefined && <Confirm model={model} asked={asked} onClose={() => setAsked(undefined)} />}
      </Panel>
      <Panel title="History of aliases">
        <DataTable
          label="History of aliases"
          rows={model.history.map((change, at) => ({ ...change, at: change.at, key: String(at) })).reverse()}
          rowKey={({ key }) => key}
          empty={
            <Text size="sm" c="dimmed">
              Nothing happened yet.
            </Text>
          }
          columns={[
            { id: "at", header: "When, UTC", value: ({ at }) => at, cell: ({ at }) => moment(at) },
            { id: "how", header: "What", cell: ({ how }) => WORDS[how] },
            { id: "alias", header: "Alias", cell: ({ alias }) => alias },
            { id: "version", header: "Version", isNumber: true, cell: ({ version }) => version ?? "–" },
            { id: "by", header: "By", cell: ({ by }) => by ?? "–" },
          ]}
        />
      </Panel>
    </>
  );
}

const WORDS = { promote: "promoted", "roll back": "rolled back", remove: "removed" } as const;

function Confirm({ model, asked, onClose }: { model: Registered; asked: Asked; onClose: () => void }) {
  const { name } = model;
  const { alias, version, how } = asked;
  const before = namedBefore(model, alias);
  const queries = useQueryClient();
  const path = { params: { path: { name, alias } } };
  const change = useMutation({
    mutationFn: () =>
      how === "remove"
        ? data(api.DELETE("/models/{name}/aliases/{alias}", path))
        : data(api.POST("/models/{name}/aliases/{alias}/rollback", { ...path, body: { expected: version } })),
    onSuccess: async (result) => {
      told(
        how === "remove"
          ? `${name}@${alias} is gone.`
          : `${name}@${alias} is version ${result.version} again.`,
      );
      await queries.invalidateQueries({ queryKey: ["models"] });
      onClose();
    },
    onError: (failure) => {
      failed(failure);
      void queries.invalidateQueries({ queryKey: ["models"] });
    },
  });
  return (
    <Modal
      opened
      lockScroll={false}
      onClose={onClose}
      title={how === "remove" ? `Remove ${name}@${alias}` : `Roll back ${name}@${alias}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {how === "remove"
            ? `Requests for ${name}@${alias} are refused from the next one on, where the model is not held in charge.`
            : `It names version ${version} now, and version ${before} from the next request on.`}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            color={how === "remove" ? "red" : undefined}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            {how === "remove" ? "Remove the alias" : `Roll back to version ${before}`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
