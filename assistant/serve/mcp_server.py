"""The border to the Model Context Protocol: the tools of `tools`, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError

import assistant as package
from assistant.errors import AssistantError
from assistant.llm.cancel import Cancel
from assistant.safe_text import safe
from assistant.serve.tool_schemas import INSTRUCTIONS, NAME, PROMPT_TEXTS, RESOURCES, SCHEMAS, ToolSchema

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.serve.tools import Desk, Returned, Told

_AT_ONCE = 4
_TOLD_S = 0.05  # after which a list of tools is on its way
_LARGEST = 256 * 1024  # bytes of a request


def server_of(desk: Callable[[], Desk], listed: Callable[[], None] = lambda: None) -> Server[Any]:
    """Return a server with the tools on this desk, which is looked for when the first of them is called.

    `listed` is called as soon as a client knows the tools.
    """
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="tool")

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        asyncio.get_running_loop().call_later(_TOLD_S, listed)
        return types.ListToolsResult(tools=[_described(name, schema) for name, schema in SCHEMAS.items()])

    async def call_tool(context: Any, params: Any) -> types.CallToolResult:
        if params.name not in SCHEMAS:
            return _failed(f"There is no tool {params.name!r}; there are {', '.join(SCHEMAS)}.")
        cancel = Cancel()
        try:
            call = partial(_called, cancel, params.name, desk, _teller(context.session, cancel), params.arguments or {})
            found = await asyncio.get_running_loop().run_in_executor(pool, call)
        except AssistantError as error:
            return _failed(str(error))
        finally:
            cancel.set()  # the client gave the call up, or it has ended
        return types.CallToolResult(content=[_text(json.dumps(found, ensure_ascii=False))], structured_content=found)

    return Server(
        NAME,
        title="News archive",
        version=package.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        **_resources(desk, pool),
        **_prompts(),
    )


def _called(cancel: Cancel, name: str, desk: Callable[[], Desk], told: Told, given: dict[str, Any]) -> Returned:
    """Return what a tool finds; what it needs is imported here, so that the tools are listed at once."""
    from assistant.serve.tools import run_tool

    with cancel.active():
        cancel.check()  # it may have waited for its turn
        return run_tool(name, replace(desk(), told=told), given)


def _resources(desk: Callable[[], Desk], pool: ThreadPoolExecutor) -> dict[str, Any]:
    """Return the handlers of resources; no tool needs them, and some clients show them."""

    async def list_templates(_context: Any, _params: Any) -> types.ListResourceTemplatesResult:
        made = [
            types.ResourceTemplate(name=name, uri_template=uri, description=words, mime_type="text/plain")
            for name, uri, words in RESOURCES
        ]
        return types.ListResourceTemplatesResult(resource_templates=made)

    async def list_resources(_context: Any, _params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[])  # an archive is too long a list: see the templates

    async def read_resource(_context: Any, params: Any) -> types.ReadResourceResult:
        uri = str(params.uri)
        text = await asyncio.get_running_loop().run_in_executor(pool, partial(_resource, desk, uri))
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)]
        )

    return {
        "on_list_resources": list_resources,
        "on_list_resource_templates": list_templates,
        "on_read_resource": read_resource,
    }


def _prompts() -> dict[str, Any]:
    """Return the handlers of prompts, which a person picks in a client."""

    async def list_prompts(_context: Any, _params: Any) -> types.ListPromptsResult:
        made = [
            types.Prompt(
                name=prompt.name,
                description=prompt.description,
                arguments=[types.PromptArgument(name=prompt.takes, description=prompt.about, required=True)],
            )
            for prompt in PROMPT_TEXTS
        ]
        return types.ListPromptsResult(prompts=made)

    async def get_prompt(_context: Any, params: Any) -> types.GetPromptResult:
        prompt = next((prompt for prompt in PROMPT_TEXTS if prompt.name == params.name), None)
        given = (params.arguments or {}).get(prompt.takes, "") if prompt else ""
        if prompt is None or not given.strip():
            known = ", ".join(f"{prompt.name}({prompt.takes})" for prompt in PROMPT_TEXTS)
            raise MCPError(types.INVALID_PARAMS, f"Prompts and what they need: {known}.")
        message = types.PromptMessage(role="user", content=_text(prompt.text.format(safe(given, lines=True))))
        return types.GetPromptResult(description=prompt.description, messages=[message])

    return {"on_list_prompts": list_prompts, "on_get_prompt": get_prompt}


def _teller(session: Any, cancel: Cancel) -> Told:
    """Return what tells a client how far its call is, from the thread that works on it; a call given up ends there."""
    loop = asyncio.get_running_loop()

    def told(done: int, every: int, words: str) -> None:
        cancel.check()
        asyncio.run_coroutine_threadsafe(session.report_progress(done, every, words), loop)

    return told


def _resource(desk: Callable[[], Desk], uri: str) -> str:
    from assistant.serve.tools import resource_text

    try:
        return resource_text(desk(), uri)
    except AssistantError as error:
        raise MCPError(types.INVALID_PARAMS, safe(str(error))) from error


def _described(name: str, schema: ToolSchema) -> types.Tool:
    takes = {"type": "object", "properties": dict(schema.takes), "additionalProperties": False}
    return types.Tool(
        name=name,
        title=schema.title,
        description=schema.description,
        input_schema={**takes, "required": list(schema.needs)} if schema.needs else takes,
        output_schema=dict(schema.gives),
        annotations=types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        ),
    )


def _text(words: str) -> types.TextContent:
    return types.TextContent(type="text", text=words)


def _failed(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(safe(words))], is_error=True)


def serve_stdio(assistant: Callable[[], Assistant], warm_up: Callable[[], None]) -> None:
    """Speak on standard input and output until the input ends; `warm_up` may take its time once the tools are listed.

    Clients wait for the list and not for an archive: to open one at the same time would only keep them waiting.
    """

    @cache
    def desk() -> Desk:
        from assistant.serve.tools import Desk

        return Desk(assistant=assistant)

    @cache
    def warmed() -> None:
        threading.Thread(target=warm_up, daemon=True).start()

    async def run() -> None:
        server = server_of(desk, warmed)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run(), debug=False)


def http_manager(desk: Desk) -> StreamableHTTPSessionManager:
    """Return what answers at /mcp; hosts, origins and the token are checked before it is asked."""
    return StreamableHTTPSessionManager(
        app=server_of(lambda: desk),
        stateless=True,
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=_LARGEST,
    )
