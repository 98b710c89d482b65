// What roles and permissions allow, in the server's words.

import { Table, Text } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client.ts";
import { Panel } from "../../parts/page.tsx";
import { Asked } from "../../parts/states.tsx";

export interface Roles {
  roles: { name: "viewer" | "analyst" | "admin"; permissions: string[]; meaning: string }[];
  permissions: { name: "read" | "predict" | "write" | "admin"; meaning: string }[];
}

export function useRoles(): UseQueryResult<Roles> {
  return useQuery({
    queryKey: ["roles"],
    queryFn: () => data(api.GET("/auth/roles")) as Promise<Roles>,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function RolesPanel() {
  const roles = useRoles();
  return (
    <Panel
      title="Roles"
      note="A user has one. API keys have permissions of their own, and never more than their owner."
    >
      <Asked query={roles} what="the roles">
        {({ roles: found, permissions }) => (
          <Table aria-label="Roles" horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Permission</Table.Th>
                {found.map(({ name, meaning }) => (
                  <Table.Th key={name} ta="center" title={meaning}>
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {permissions.map(({ name, meaning }) => (
                <Table.Tr key={name}>
                  <Table.Td>
                    <Text size="sm" fw={600}>
                      {name}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {meaning}
                    </Text>
                  </Table.Td>
                  {found.map((role) => (
                    <Table.Td key={role.name} ta="center">
                      {role.permissions.includes(name) ? "yes" : "–"}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Asked>
    </Panel>
  );
}
