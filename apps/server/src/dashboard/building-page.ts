const texts = {
  en: {
    title: "The dashboard is being built",
    text: "This takes about half a minute, once after an installation or update. The page opens by itself; API and CLI work already.",
  },
  zh: { title: "正在构建控制台", text: "安装或更新后只需一次，约半分钟。页面会自动打开；API 和命令行已可使用。" },
};

/** What is shown while there is no dashboard yet; asks again every other second. */
export function buildingPage(acceptLanguage = ""): Response {
  const language = /^\s*zh\b/i.test(acceptLanguage) ? "zh" : "en";
  const { title, text } = texts[language];
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AgentPod</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
main { max-width: 26rem; margin: 30vh auto 0; padding: 0 1.5rem }
h1 { font-size: 1.2rem; margin: 0 0 .5rem }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
  return new Response(html, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "content-language": language, "retry-after": "2", refresh: "2" },
  });
}
