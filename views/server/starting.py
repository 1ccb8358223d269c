"""Where the server may listen: without accounts on this machine alone."""

import sys
from pathlib import Path

import streamlit as st

from pipelines import WarehouseError, limits
from pipelines.access import guarded
from views.server.visitor import is_this_machine, proxies

HOW = "python -m pipelines users add 账号 --role admin"


def refuse_to_start(where: Path) -> None:
    """End the program, in a sentence that says what to do, before it listens where it must not."""
    address = st.get_option("server.address") or "0.0.0.0"  # noqa: S104  what Streamlit takes then
    if told := unsafe(where, address) or unlimited():
        print(f"错误：{told}", file=sys.stderr)
        sys.exit(2)


def unlimited() -> str:
    """Why it is not known how much memory and how many threads it may take; empty if it is."""
    try:
        limits.memory_bytes(), limits.threads()
    except WarehouseError as error:
        return str(error)
    return ""


def unsafe(where: Path, address: str) -> str:
    """Why it must not listen at this address; empty if it may."""
    if is_this_machine(address):
        return ""
    if not guarded(where):
        return (
            f"还没有设账号，不能在 {address} 上提供服务，否则谁连得上端口谁就能看。请先设一个系统管理员账号：{HOW}；"
            "或只在本机使用：--server.address=127.0.0.1"
        )
    if st.get_option("server.sslCertFile") or proxies():
        return ""
    return (
        f"在 {address} 上提供服务要加密：用 --server.sslCertFile 和 --server.sslKeyFile 给出证书，"
        "或放在代理后面并用 FUND_PROXY 写明代理的地址"
    )
