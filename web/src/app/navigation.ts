import type { Permission } from '@/composables/useSession';

/** The pages of the masthead, in the order of a Monday. */
export const PAGES: { name: string; label: string; permission: Permission }[] = [
  { name: 'monday', label: 'nav.monday', permission: 'read' },
  { name: 'deals', label: 'nav.deals', permission: 'read' },
  { name: 'forecast', label: 'nav.forecast', permission: 'read' },
  { name: 'trust', label: 'nav.trust', permission: 'read' },
  { name: 'models', label: 'nav.models', permission: 'insight' },
  { name: 'data', label: 'nav.data', permission: 'operate' },
];
