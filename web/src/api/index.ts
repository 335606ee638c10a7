export { API_BASE, api, unwrap, uploadFile, type Schemas } from './client';
export { ApiProblem } from './errors';
