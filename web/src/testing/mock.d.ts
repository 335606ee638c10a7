declare module '*/mock/answers.mjs' {
  export const answers: Record<string, unknown>;
}
declare module '*/mock/contract.mjs' {
  export function findRoute(
    method: string,
    path: string,
  ): { template: string; status: number; schema: unknown; parameters: string[] } | null;
  export function violations(schema: unknown, value: unknown): string[];
}
