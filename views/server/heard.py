"""What a browser may say on its websocket: a page is drawn, stopped, handed files and asked for files, no more.

Streamlit would also empty every cache of the server, tell of the repository, and write files of its own beside the
program, for whoever has a page open.
"""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

PAGE = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
FILES = frozenset({"deferred_file", "dataframe_chunk"})


def is_of_a_page(message: bytes) -> bool:
    """Whether a message is one of those; what is none at all is left to Streamlit, which closes the connection."""
    told = BackMsg()
    try:
        told.ParseFromString(message)
    except DecodeError:
        return True
    kind = told.WhichOneof("type")
    if kind == "backend_operation_request":
        return any(told.backend_operation_request.HasField(each) for each in FILES)
    return kind in PAGE
