// What a TypeScript file asks for: the modules that it names, in whatever form, and the globals that it uses. Read from
// the syntax tree, so that comments and texts never count.

import ts from "typescript";
import { folderOf, type Tree } from "./tree.ts";

export interface Import {
  /** As written: "./x.ts", "node:fs", "zod". */
  specifier: string;
  /** Line of the file, from 1. */
  line: number;
  /** Gone after compiling: `import type`, `export type … from`, a type in brackets. */
  typeOnly: boolean;
  /** How it is asked for. A url is `new URL("./x", import.meta.url)`. */
  form: "static" | "export" | "dynamic" | "type" | "url";
}

const parsed = new WeakMap<Tree, Map<string, ts.SourceFile>>();

/** The syntax tree of a file; parsed once. */
export function syntaxOf(tree: Tree, path: string): ts.SourceFile {
  const files = parsed.get(tree) ?? new Map<string, ts.SourceFile>();
  parsed.set(tree, files);
  const kept = files.get(path);
  if (kept !== undefined) return kept;
  const file = ts.createSourceFile(path, tree.text(path), ts.ScriptTarget.ESNext, true);
  files.set(path, file);
  return file;
}

/** Calls `visit` for every node below and including `node`. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

/** Every module that a file names, in order. */
export function importsOf(tree: Tree, path: string): Import[] {
  const file = syntaxOf(tree, path);
  const found: Import[] = [];
  walk(file, (node) => {
    const named = moduleNamed(node);
    if (named === undefined) return;
    found.push({ ...named, line: lineOf(file, node) });
  });
  return found;
}

function moduleNamed(node: ts.Node): Omit<Import, "line"> | undefined {
  if (ts.isImportDeclaration(node)) {
    return named(
      node.moduleSpecifier,
      node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
      "static",
    );
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return named(node.moduleSpecifier, node.isTypeOnly, "export");
  }
  if (ts.isCallExpression(node) && isLoader(node.expression))
    return named(node.arguments[0], false, "dynamic");
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return named(node.argument.literal, true, "type");
  }
  if (isModuleUrl(node)) return named(node.arguments?.[0], false, "url");
  return undefined;
}

function named(
  node: ts.Node | undefined,
  typeOnly: boolean,
  form: Import["form"],
): Omit<Import, "line"> | undefined {
  if (node === undefined || !ts.isStringLiteralLike(node)) return undefined;
  return { specifier: node.text, typeOnly, form };
}

function isLoader(expression: ts.Expression): boolean {
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(expression) && expression.text === "require";
}

/** `new URL(…, import.meta.url)`: a file beside the module, such as the code of a worker. */
function isModuleUrl(node: ts.Node): node is ts.NewExpression {
  if (!ts.isNewExpression(node) || node.expression.getText() !== "URL") return false;
  return node.arguments?.length === 2 && node.arguments[1]?.getText() === "import.meta.url";
}

/** Path of the file that a relative specifier means, or undefined for packages. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const parts = folderOf(from) === "" ? [] : folderOf(from).split("/");
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Package of a specifier: "zod" of "zod/v4", "@duckdb/node-api"; undefined for files and Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

export interface Use {
  /** "console", or with its member: "Date.now", "Math.random", "new Date". */
  name: string;
  line: number;
}

/** Uses of global names, each alone and with the member that is read from it. A name that the file declares is its own. */
export function globalsUsed(tree: Tree, path: string): Use[] {
  const file = syntaxOf(tree, path);
  const own = declaredNames(file);
  const uses: Use[] = [];
  walk(file, (node) => {
    if (!ts.isIdentifier(node) || own.has(node.text) || !isReference(node)) return;
    const line = lineOf(file, node);
    uses.push({ name: node.text, line });
    const parent = node.parent;
    if (ts.isPropertyAccessExpression(parent)) uses.push({ name: `${node.text}.${parent.name.text}`, line });
    if (ts.isElementAccessExpression(parent) && ts.isStringLiteralLike(parent.argumentExpression)) {
      uses.push({ name: `${node.text}.${parent.argumentExpression.text}`, line });
    }
    if (ts.isNewExpression(parent) && parent.expression === node)
      uses.push({ name: `new ${node.text}`, line });
  });
  return uses;
}

/** Names of methods called on anything, such as "toLocaleString". */
export function methodsCalled(tree: Tree, path: string): Use[] {
  const file = syntaxOf(tree, path);
  const uses: Use[] = [];
  walk(file, (node) => {
    if (ts.isPropertyAccessExpression(node)) uses.push({ name: node.name.text, line: lineOf(file, node) });
  });
  return uses;
}

/** Whether an identifier reads a variable, rather than naming a property, a type or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent) || ts.isTypeQueryNode(parent))
    return false;
  if (ts.isPropertyAssignment(parent) || ts.isEnumMember(parent)) return parent.initializer === node;
  if (ts.isTypeElement(parent) || ts.isClassElement(parent)) {
    return ts.isPropertyDeclaration(parent) && parent.initializer === node;
  }
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isLabeledStatement(parent))
    return false;
  return true;
}

/** Every name that a file declares or imports, at any depth. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  walk(file, (node) => {
    const name = (node as { name?: ts.Node }).name;
    if (name === undefined || !ts.isIdentifier(name)) return;
    if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node))
      names.add(name.text);
    else if (ts.isClassDeclaration(node) || ts.isBindingElement(node)) names.add(name.text);
    else if (ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node))
      names.add(name.text);
  });
  return names;
}
