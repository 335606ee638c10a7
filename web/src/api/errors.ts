import type { components } from './schema';

export type Problem = components['schemas']['Problem'];

/** An answer that is not a success, or no answer at all (`status` 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly problem?: Problem,
  ) {
    super(detail || title);
  }

  /** Nobody is signed in, or no longer. */
  get isSignInRequired(): boolean {
    return this.status === 401;
  }
  get isDenied(): boolean {
    return this.status === 403;
  }
  get isMissing(): boolean {
    return this.status === 404;
  }
  get isRefused(): boolean {
    return this.code === 'refused';
  }
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

export function toProblem(status: number, body: unknown): ApiProblem {
  const problem = body as Partial<Problem> | null | undefined;
  if (problem && typeof problem === 'object' && typeof problem.code === 'string') {
    return new ApiProblem(
      status,
      problem.code,
      problem.title ?? '',
      problem.detail ?? '',
      problem as Problem,
    );
  }
  return new ApiProblem(status, status === 0 ? 'unreachable' : 'internal', '', '');
}
