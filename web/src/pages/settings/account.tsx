// One's own account: who one is, the password, and the sessions that are open.

import { Badge, Button, PasswordInput, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, forgetLogin } from "../../api/client.ts";
import { useMe } from "../../api/queries.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { ago, moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Figure, Panel } from "../../parts/page.tsx";
import { Asked, Failure } from "../../parts/states.tsx";
import { RolesPanel } from "./roles.tsx";

/** The server's rule. */
const PASSWORD_MIN = 12;

export function Account() {
  const { data: me } = useMe();
  const isUser = me?.kind === "user";
  return (
    <Stack gap="md">
      <Panel>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Figure
            label={isUser ? "Logged in as" : "API key"}
            value={<span className="foreign">{me?.name}</span>}
          />
          <Figure label="May" value={me?.permissions.join(", ")} />
        </SimpleGrid>
      </Panel>
      {isUser && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <OwnPassword name={me.name} />
          <OwnSessions />
        </SimpleGrid>
      )}
      <RolesPanel />
    </Stack>
  );
}

function OwnPassword({ name }: { name: string }) {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [again, setAgain] = useState("");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => api.PUT("/auth/password", { body: { old_password: before, new_password: after } }),
    onSuccess: async () => {
      told("The password is changed. Log in with the new one.");
      forgetLogin();
      queries.clear();
      await navigate({ to: "/login" as string, search: { to: "/settings" } as never });
    },
  });
  const differ = again !== "" && again !== after;
  return (
    <Panel title="Password" note="A change ends all your sessions, this one too.">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!differ) change.mutate();
        }}
      >
        <Stack gap="sm">
          {change.isError && <Failure failure={change.error} />}
          <input type="text" hidden readOnly autoComplete="username" value={name} aria-hidden />
          <PasswordInput
            label="Password now"
            autoComplete="current-password"
            required
            value={before}
            onChange={(event) => setBefore(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${PASSWORD_MIN} characters; a sentence is good`}
            autoComplete="new-password"
            required
            minLength={PASSWORD_MIN}
            value={after}
            onChange={(event) => setAfter(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password again"
            autoComplete="new-password"
            required
            value={again}
            error={differ ? "Not the same as above" : undefined}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          <div>
            <Button type="submit" loading={change.isPending} disabled={differ}>
              Change the password
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
}

interface OwnSession {
  id: string;
  created: string;
  refreshed: string;
  expires: string;
  current: boolean;
}

function OwnSessions() {
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => data(api.GET("/auth/sessions")) });
  const end = useMutation({
    mutationFn: (id: string) => api.DELETE("/auth/sessions/{id}", { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
    onError: failed,
  });
  const columns: DataColumn<OwnSession>[] = [
    {
      id: "begun",
      header: "Begun, UTC",
      cell: ({ created, current }) => (
        <Text size="sm" component="div">
          {moment(created)}{" "}
          {current && (
            <Badge size="sm" variant="outline" color="gray" c="var(--mantine-color-text)" tt="none">
              this one
            </Badge>
          )}
        </Text>
      ),
    },
    { id: "used", header: "Refreshed", cell: ({ refreshed }) => ago(refreshed) },
    { id: "expires", header: "Ends by, UTC", cell: ({ expires }) => moment(expires).slice(0, 16) },
    {
      id: "end",
      header: "",
      cell: ({ id, current, created }) =>
        !current && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`End the session of ${moment(created)}`}
            onClick={() => end.mutate(id)}
          >
            End
          </Button>
        ),
    },
  ];
  return (
    <Panel title="Sessions" note="Where you are logged in.">
      <Asked query={sessions} what="your sessions">
        {({ sessions: found }) => (
          <DataTable label="Sessions" columns={columns} rows={found} rowKey={({ id }) => id} minWidth={460} />
        )}
      </Asked>
    </Panel>
  );
}
