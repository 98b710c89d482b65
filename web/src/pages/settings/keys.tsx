// API keys: made with what they may do and for how long, shown once, revoked; and when each was last used.

import { Badge, Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { ago, moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked, Empty } from "../../parts/states.tsx";
import { KeyForm, type MadeKey } from "./key-form.tsx";
import { ShownOnce } from "./shown-once.tsx";

type Key = MadeKey["key"];

export function Keys() {
  const queries = useQueryClient();
  const keys = useQuery({ queryKey: ["keys"], queryFn: () => data(api.GET("/keys")) });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey>();
  const revoke = useMutation({
    mutationFn: ({ id }: Key) => api.DELETE("/keys/{id}", { params: { path: { id } } }),
    onSuccess: (_, { name }) => told(`The key ${name} is revoked.`),
    onError: failed,
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  return (
    <Stack gap="md">
      {made !== undefined && (
        <ShownOnce title={`The API key ${made.key.name}`} label="API key" secret={made.secret} />
      )}
      <Panel
        title="API keys"
        note="For programs. A key may do what its permissions say, and never more than its owner."
        actions={
          <Button size="xs" onClick={() => setMaking(true)}>
            Make a key
          </Button>
        }
      >
        <Asked query={keys} what="the keys">
          {({ keys: found }) => (
            <DataTable
              label="API keys"
              columns={columnsOf(revoke.mutate)}
              rows={found}
              rowKey={({ id }) => id}
              sorted={{ column: "made", descending: true }}
              minWidth={860}
              empty={
                <Empty title="No API keys">
                  A program that uses this server gets one of its own, with no more than it needs.
                </Empty>
              }
            />
          )}
        </Asked>
      </Panel>
      {isMaking && <KeyForm onClose={() => setMaking(false)} onMade={setMade} />}
    </Stack>
  );
}

function columnsOf(revoke: (key: Key) => void): DataColumn<Key>[] {
  return [
    {
      id: "name",
      header: "Name",
      value: ({ name }) => name,
      cell: ({ name, id }) => (
        <>
          <Text size="sm" fw={600} className="foreign">
            {name}
          </Text>
          <Text size="xs" c="dimmed" className="mono">
            {id}
          </Text>
        </>
      ),
    },
    { id: "scopes", header: "May", cell: ({ scopes }) => scopes.join(", ") },
    {
      id: "owner",
      header: "Owner",
      value: ({ owner }) => owner ?? "",
      cell: ({ owner }) => <span className="foreign">{owner ?? "the machine"}</span>,
    },
    {
      id: "state",
      header: "State",
      value: ({ state }) => state,
      cell: ({ state }) => (
        <Badge variant="outline" color="gray" c="var(--mantine-color-text)" radius="sm" tt="none">
          {state}
        </Badge>
      ),
    },
    {
      id: "made",
      header: "Made",
      value: ({ created }) => created,
      cell: ({ created, created_by: by }) => (
        <Text size="sm" title={`${moment(created)} UTC`} className="foreign">
          {ago(created)} by {by}
        </Text>
      ),
    },
    {
      id: "expires",
      header: "Expires",
      value: ({ expires }) => expires ?? "9999",
      cell: ({ expires }) => (expires === undefined ? "never" : moment(expires).slice(0, 10)),
    },
    {
      id: "used",
      header: "Last used",
      value: ({ used }) => used ?? "",
      cell: ({ used }) => (used === undefined ? "never" : <span title="To the hour">{ago(used)}</span>),
    },
    {
      id: "revoke",
      header: "",
      cell: (key) =>
        key.state === "usable" && (
          <ConfirmButton
            size="compact-xs"
            question={`Revoke the key ${key.name}?`}
            action="Revoke"
            label={`Revoke ${key.name}`}
            onConfirm={() => revoke(key)}
          >
            Programs that use it are refused from now on. It cannot be made to count again.
          </ConfirmButton>
        ),
    },
  ];
}
