/** Every page of a registry that holds `ada/tiny`, by what it shows. */
export const PAGES = {
  search: '/',
  'search without results': '/?q=nothing-is-called-like-this',
  namespace: '/ada',
  overview: '/ada/tiny',
  'an older version': '/ada/tiny?at=1.0.0',
  files: '/ada/tiny/tree/main',
  'a folder': '/ada/tiny/tree/main/tokenizer',
  versions: '/ada/tiny/versions',
  scores: '/ada/tiny/scores',
  jobs: '/ada/tiny/jobs',
  upload: '/upload',
  tokens: '/settings/tokens',
  'sign-in': '/sign-in',
  'not found': '/ada/missing',
} as const;
