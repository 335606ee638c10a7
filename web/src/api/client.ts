import createClient, { type Middleware } from 'openapi-fetch';

import { useLanguage } from '@/messages';

import { ApiProblem, toProblem } from './errors';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

const { language } = useLanguage();
let csrfToken: string | null = null;
let onSignInRequired: () => void = () => undefined;

/** The token that writes of a session must carry; null after signing out. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the server answers 401 to anything but the sign-in itself. */
export function whenSignInRequired(listener: () => void): void {
  onSignInRequired = listener;
}

const session: Middleware = {
  onRequest({ request }) {
    // The server's sentences in the language of the page, which need not be the browser's.
    request.headers.set('Accept-Language', language.value);
    if (csrfToken && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && !schemaPath.startsWith('/session')) onSignInRequired();
    return response;
  },
};

export const API_BASE = '/api/v1';

export const api = createClient<paths>({
  baseUrl: API_BASE,
  // Looked up at every call, so that tests can stand in for the network.
  fetch: (request) => globalThis.fetch(request),
  querySerializer: { array: { style: 'form', explode: true } },
});
api.use(session);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The body of a successful answer; throws ApiProblem otherwise. A cancelled request throws the
 * AbortError of the browser, which the query cache ignores.
 */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    if (error instanceof ApiProblem) throw error;
    throw toProblem(0, null);
  }
  if (!answer.response.ok) throw toProblem(answer.response.status, answer.error);
  return answer.data as T;
}

/** Uploads the raw bytes of one file and tells how much is sent; resolves to the kept upload. */
export function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Schemas['Upload']> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${API_BASE}/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', language.value);
    if (csrfToken) request.setRequestHeader('X-CSRF-Token', csrfToken);
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Schemas['Upload']);
      else reject(toProblem(request.status, request.response));
    };
    request.onerror = () => reject(toProblem(0, null));
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
