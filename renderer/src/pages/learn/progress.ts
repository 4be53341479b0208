import { useDraft } from '../../stores/drafts.ts'

/** Where one is on the way, and what one has seen; kept in this browser. */
export const useProgress = () => useDraft<{ at: string; seen: string[] }>('learn', { at: '', seen: [] })
