// The users: added, given roles and passwords, logged out, removed. What the server refuses - that the last administrator goes -
// is told in its words.

import { Button, Group, Menu, Select, Stack, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { useMe, useUsers } from "../../api/queries.ts";
import { ConfirmModal } from "../../parts/confirm-button.tsx";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { moment } from "../../parts/format.ts";
import { failed, told } from "../../parts/notify.tsx";
import { Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";
import { RolesPanel } from "./roles.tsx";
import { ShownOnce } from "./shown-once.tsx";
import { UserForm, type UserSecret } from "./user-form.tsx";

type User = { name: string; role: Role; created: string; changed: string };
type Role = "viewer" | "analyst" | "admin";
const ROLES: readonly Role[] = ["viewer", "analyst", "admin"];

/** What is being done to a user. */
type Doing = { what: "add" } | { what: "password" | "remove" | "end"; user: User };

export function Users() {
  const users = useUsers();
  const { data: me } = useMe();
  const [doing, setDoing] = useState<Doing>();
  const [secret, setSecret] = useState<UserSecret>();
  const act = useUserActions();
  const close = (): void => setDoing(undefined);
  const columns = columnsOf(me?.name, act.setRole, setDoing);
  return (
    <Stack gap="md">
      {secret !== undefined && (
        <ShownOnce title={`The password of ${secret.name}`} label="Password" secret={secret.password} />
      )}
      <Panel
        title="Users"
        actions={
          <Button size="xs" onClick={() => setDoing({ what: "add" })}>
            Add a user
          </Button>
        }
      >
        <Asked query={users} what="the users">
          {({ users: found }) => (
            <DataTable
              label="Users"
              columns={columns}
              rows={found}
              rowKey={({ name }) => name}
              sorted={{ column: "name" }}
              minWidth={620}
            />
          )}
        </Asked>
      </Panel>
      <RolesPanel />
      {(doing?.what === "add" || doing?.what === "password") && (
        <UserForm
          name={doing.what === "password" ? doing.user.name : undefined}
          onClose={close}
          onDone={setSecret}
        />
      )}
      {doing?.what === "remove" && (
        <ConfirmModal
          question={`Remove ${doing.user.name}?`}
          action="Remove"
          onClose={close}
          onConfirm={() => act.remove(doing.user.name)}
        >
          Sessions and API keys of {doing.user.name} end with it. What it made stays.
        </ConfirmModal>
      )}
      {doing?.what === "end" && (
        <ConfirmModal
          question={`Log ${doing.user.name} out everywhere?`}
          action="Log out"
          onClose={close}
          onConfirm={() => act.end(doing.user.name)}
        >
          All sessions of {doing.user.name} end now. The password and API keys go on counting.
        </ConfirmModal>
      )}
    </Stack>
  );
}

function useUserActions() {
  const queries = useQueryClient();
  const settled = () => queries.invalidateQueries({ queryKey: ["users"] });
  const setRole = useMutation({
    mutationFn: ({ name, role }: { name: string; role: Role }) =>
      api.PATCH("/users/{name}", { params: { path: { name } }, body: { role } }),
    onSuccess: (_, { name, role }) => told(`${name} is ${role} now. Its sessions have ended.`),
    onError: failed,
    onSettled: settled,
  });
  const remove = useMutation({
    mutationFn: (name: string) => api.DELETE("/users/{name}", { params: { path: { name } } }),
    onSuccess: (_, name) => told(`${name} is removed.`),
    onError: failed,
    onSettled: settled,
  });
  const end = useMutation({
    mutationFn: (name: string) => data(api.DELETE("/users/{name}/sessions", { params: { path: { name } } })),
    onSuccess: ({ ended }, name) =>
      told(`${ended === 1 ? "One session" : `${ended} sessions`} of ${name} ended.`),
    onError: failed,
  });
  return { setRole: setRole.mutate, remove: remove.mutate, end: end.mutate };
}

function columnsOf(
  own: string | undefined,
  setRole: (change: { name: string; role: Role }) => void,
  setDoing: (doing: Doing) => void,
): DataColumn<User>[] {
  return [
    {
      id: "name",
      header: "Name",
      value: ({ name }) => name,
      cell: ({ name }) => (
        <Text size="sm" fw={600} className="foreign">
          {name}
          {name === own && (
            <Text span c="dimmed" size="sm">
              {" you"}
            </Text>
          )}
        </Text>
      ),
    },
    {
      id: "role",
      header: "Role",
      value: ({ role }) => ROLES.indexOf(role),
      cell: ({ name, role }) => (
        <Select
          size="xs"
          w={120}
          aria-label={`Role of ${name}`}
          data={ROLES}
          value={role}
          allowDeselect={false}
          onChange={(value) => value !== null && value !== role && setRole({ name, role: value as Role })}
        />
      ),
    },
    {
      id: "created",
      header: "Added, UTC",
      value: ({ created }) => created,
      cell: ({ created }) => moment(created).slice(0, 16),
    },
    {
      id: "changed",
      header: "Changed, UTC",
      value: ({ changed }) => changed,
      cell: ({ changed }) => moment(changed).slice(0, 16),
    },
    {
      id: "more",
      header: "",
      cell: (user) => (
        <Group justify="flex-end">
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <Button size="compact-xs" variant="default" aria-label={`More for ${user.name}`}>
                <IconDots size={14} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setDoing({ what: "password", user })}>
                Give another password
              </Menu.Item>
              <Menu.Item onClick={() => setDoing({ what: "end", user })}>Log out everywhere</Menu.Item>
              <Menu.Item onClick={() => setDoing({ what: "remove", user })}>Remove</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      ),
    },
  ];
}
