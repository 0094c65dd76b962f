// What an app's developer writes against the generated types; compiled, never run.
import type { components, paths } from "./schema";

type Answer<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Me = Answer<paths["/api/v1/me"]["get"]["responses"]["200"]>;
type Relations = components["schemas"]["RelationsOutput"];
type Code = paths["/_allauth/{client}/v1/auth/code/request"]["post"];

export async function me(token: string): Promise<Me> {
  const answer = await fetch("/api/v1/me", { headers: { Authorization: `Bearer ${token}` } });
  return (await answer.json()) as Me;
}

export const mayEnd = (told: Relations): string[] =>
  told.act_for_me.filter((one) => one.may_end).map((one) => one.name);

export const codeRequest: NonNullable<Code["requestBody"]>["content"]["application/json"] = {
  email: "hanako@example.jp",
};

export async function usesWhatIsThere(token: string): Promise<string[]> {
  const told = await me(token);
  const level: number = told.proof_level;
  // @ts-expect-error there is no such field: the types are not `any`
  void told.password;
  // @ts-expect-error a list of texts is no number
  const wrong: number = told.roles;
  void level;
  void wrong;
  return told.roles;
}
