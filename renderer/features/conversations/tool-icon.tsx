import {
  BookOpen,
  Bot,
  CircleQuestionMark,
  FilePlus2,
  FileText,
  FolderSearch,
  Globe,
  ListChecks,
  Map as MapIcon,
  Pencil,
  Plug,
  Search,
  Terminal,
  Wrench,
  type LucideIcon,
} from 'lucide-react'
import type { ToolIcon as Name } from '../../tools/tool-summary.ts'

const icons: Record<Name, LucideIcon> = {
  terminal: Terminal,
  read: FileText,
  edit: Pencil,
  write: FilePlus2,
  search: Search,
  files: FolderSearch,
  agent: Bot,
  web: Globe,
  list: ListChecks,
  plan: MapIcon,
  question: CircleQuestionMark,
  plug: Plug,
  skill: BookOpen,
  tool: Wrench,
}

export function ToolIcon({ name }: { name: Name }) {
  const Icon = icons[name]
  return <Icon size={15} strokeWidth={1.75} className="tool-icon" aria-hidden />
}
