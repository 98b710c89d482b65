// Roles and what they may do: one table. Knows no users and no requests.

/** What somebody may do, from the least to the most. */
export const PERMISSIONS = ["read", "predict", "write", "admin"] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLE_NAMES = ["viewer", "analyst", "admin"] as const;
export type Role = (typeof ROLE_NAMES)[number];

/** What each role may do; nothing follows from another role or permission. */
export const ROLES: Readonly<Record<Role, { permissions: readonly Permission[]; meaning: string }>> = {
  viewer: { permissions: ["read"], meaning: "sees runs, models, data sets, jobs and their results" },
  analyst: {
    permissions: ["read", "predict", "write"],
    meaning: "also scores rows, and starts jobs that make data sets, runs and models",
  },
  admin: {
    permissions: ["read", "predict", "write", "admin"],
    meaning: "also promotes models, and manages users, API keys and the audit log",
  },
};

export const PERMISSION_MEANINGS: Readonly<Record<Permission, string>> = {
  read: "see what there is, and download it",
  predict: "score rows",
  write: "start and cancel jobs, upload, and make or remove data sets and runs",
  admin: "promote models, manage users and API keys, read the audit log",
};

export function isRole(text: string): text is Role {
  return (ROLE_NAMES as readonly string[]).includes(text);
}

export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}

/** What an API key may do: its scopes, but never more than the role of the user whose it is. */
export function keyPermissions(scopes: readonly Permission[], owner: Role | undefined): Permission[] {
  if (owner === undefined) return [...scopes];
  return scopes.filter((scope) => ROLES[owner].permissions.includes(scope));
}
