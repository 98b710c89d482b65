// A new API key: its name, what it may do, whose it is, and for how long.

import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../../api/client.ts";
import { type Permission, useUsers } from "../../api/queries.ts";
import { Failure } from "../../parts/states.tsx";
import { useRoles } from "./roles.tsx";

export interface MadeKey {
  key: {
    id: string;
    name: string;
    scopes: string[];
    owner?: string;
    created: string;
    created_by: string;
    expires?: string;
    used?: string;
    revoked?: string;
    state: "usable" | "expired" | "revoked";
  };
  secret: string;
}

const DAYS_MAX = 3_650;
const DAYS_DEFAULT = 90;

export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeKey) => void }) {
  const queries = useQueryClient();
  const roles = useRoles();
  const users = useUsers();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["predict"]);
  const [owner, setOwner] = useState<string | null>(null);
  const [days, setDays] = useState<number | string>(DAYS_DEFAULT);
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST("/keys", {
          body: {
            name,
            scopes: scopes as Permission[],
            ...(owner !== null && { owner }),
            ...(days !== "" && { days: Number(days) }),
          },
        }),
      ) as Promise<MadeKey>,
    onSuccess: async (made) => {
      onMade(made);
      onClose();
      await queries.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Make an API key" closeButtonProps={{ "aria-label": "Close" }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="sm">
          {make.isError && <Failure failure={make.error} />}
          <TextInput
            label="Name"
            description="What it is for: nightly-scoring"
            required
            autoComplete="off"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label="May" value={scopes} onChange={setScopes}>
            <Stack gap={6} mt={4}>
              {(roles.data?.permissions ?? []).map((permission) => (
                <Checkbox
                  key={permission.name}
                  value={permission.name}
                  label={permission.name}
                  description={permission.meaning}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label="Owner"
            description="Its keys end with a user, and may do no more than the user"
            placeholder="none: the machine's"
            clearable
            clearButtonProps={{ "aria-label": "No owner" }}
            data={(users.data?.users ?? []).map((user) => user.name)}
            value={owner}
            onChange={setOwner}
          />
          <NumberInput
            label="Days that it counts"
            description="Empty: for ever"
            min={1}
            max={DAYS_MAX}
            allowDecimal={false}
            value={days}
            onChange={setDays}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" loading={make.isPending} disabled={scopes.length === 0}>
              Make
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
