// A new user, or another password for one: made here and shown once, or chosen.

import { Button, Group, Modal, PasswordInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { told } from "../../parts/notify.tsx";
import { Failure } from "../../parts/states.tsx";
import { newPassword } from "./new-password.ts";
import { type Roles, useRoles } from "./roles.tsx";

export interface UserSecret {
  name: string;
  password: string;
}

export interface UserFormProps {
  /** Whose password is changed; a new user without. */
  name?: string;
  onClose: () => void;
  /** Told a password that was made; undefined where one was chosen. */
  onDone: (secret: UserSecret | undefined) => void;
}

type Role = Roles["roles"][number]["name"];

export function UserForm({ name: existing, onClose, onDone }: UserFormProps) {
  const queries = useQueryClient();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [isMade, setMade] = useState(true);
  const [chosen, setChosen] = useState("");
  const save = useMutation({
    mutationFn: async () => {
      const password = isMade ? newPassword((bytes) => crypto.getRandomValues(bytes)) : chosen;
      if (existing === undefined) await api.POST("/users", { body: { name, role, password } });
      else await api.PATCH("/users/{name}", { params: { path: { name: existing } }, body: { password } });
      return { name: existing ?? name, password };
    },
    onSuccess: async (secret) => {
      told(
        existing === undefined
          ? `${secret.name} is added.`
          : `${secret.name} has another password; its sessions have ended.`,
      );
      onDone(isMade ? secret : undefined);
      onClose();
      await queries.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const meaning = roles.data?.roles.find((one) => one.name === role)?.meaning;
  return (
    <Modal
      opened
      onClose={onClose}
      title={existing === undefined ? "Add a user" : `Another password for ${existing}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          {save.isError && <Failure failure={save.error} />}
          {existing === undefined && (
            <>
              <TextInput
                label="Name"
                description="Lower-case letters, digits and . _ @ -"
                required
                autoComplete="off"
                data-autofocus
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Select
                label="Role"
                description={meaning === undefined ? undefined : `A ${role} ${meaning}.`}
                data={["viewer", "analyst", "admin"]}
                value={role}
                allowDeselect={false}
                onChange={(value) => value !== null && setRole(value as Role)}
              />
            </>
          )}
          <Switch
            label="Make a password, and show it once"
            checked={isMade}
            onChange={(event) => setMade(event.currentTarget.checked)}
          />
          {!isMade && (
            <PasswordInput
              label="Password"
              description="At least 12 characters"
              required
              minLength={12}
              autoComplete="new-password"
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
          )}
          {existing !== undefined && (
            <Text size="sm" c="dimmed">
              All sessions of {existing} end.
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" loading={save.isPending}>
              {existing === undefined ? "Add" : "Change"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
