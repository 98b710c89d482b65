// What is asked of the server, and how long an answer is good for.

import { QueryClient, queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { ApiError, api, data, isEnded, type Schemas, type StoredFile } from "./client.ts";

export { isEnded };

/** Attempts after a failure of the connection; what the server refuses is not asked again. */
const RETRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, failure) => !(failure instanceof ApiError) && failures < RETRIES,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});

export type Permission = "read" | "predict" | "write" | "admin";
export type Me = { kind: "user" | "key" | "anybody"; name: string; permissions: string[] };

/** Who is logged in; fails with status 401 where the server asks and nobody is. */
export function useMe(): UseQueryResult<Me> {
  return useQuery({
    queryKey: ["me"],
    queryFn: () => data(api.GET("/auth/me")) as Promise<Me>,
    staleTime: 60_000,
  });
}

/** Whether the one who is logged in may do this; false while that is not known. */
export function useMay(permission: Permission): boolean {
  const { data: me } = useMe();
  return me?.permissions.includes(permission) ?? false;
}

/** Models in charge and models of the registry; for who cannot wait for a page to be drawn anew, too. */
export const modelsQuery = queryOptions({ queryKey: ["models"], queryFn: () => data(api.GET("/models")) });

export function useModels() {
  return useQuery(modelsQuery);
}

// Lists that several pages ask for. Each has one function, since what is kept under a key has one shape.

export function useDatasets(): UseQueryResult<Schemas["Dataset"][]> {
  return useQuery({
    queryKey: ["datasets"],
    queryFn: async () => (await data(api.GET("/datasets"))).datasets,
  });
}

export function useUsers() {
  return useQuery({ queryKey: ["users"], queryFn: () => data(api.GET("/users")) });
}

export function useUploads(): UseQueryResult<StoredFile[]> {
  return useQuery({ queryKey: ["uploads"], queryFn: async () => (await data(api.GET("/uploads"))).uploads });
}

export function useCaptures(): UseQueryResult<Schemas["Capture"][]> {
  return useQuery({
    queryKey: ["captures"],
    queryFn: async () => (await data(api.GET("/captures"))).captures,
  });
}

/** A job; asked again while it goes on. */
export function useJob(id: string | undefined): UseQueryResult<Schemas["Job"]> {
  return useQuery({
    queryKey: ["job", id],
    queryFn: () =>
      data(api.GET("/jobs/{id}", { params: { path: { id: id ?? "" } } })) as Promise<Schemas["Job"]>,
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data !== undefined && isEnded(state.data) ? false : 1_000),
  });
}
