"""The trial's broker: Celery's filesystem transport, made to outlive the loss of its folder.

Kombu's own makes its folders once and fails for ever when somebody deletes them: the worker ends and nothing
can be queued. Here each use makes them again. What was queued is gone then, which is harmless: the job table
is the truth and beat sends again.
"""

from pathlib import Path

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    @property
    def data_folder_in(self) -> str:
        return _made(self.transport_options["data_folder_in"])

    @property
    def data_folder_out(self) -> str:
        return _made(self.transport_options["data_folder_out"])

    @property
    def control_folder(self) -> Path:
        return Path(_made(self.transport_options["control_folder"]))

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        # Celery binds its queue once, when it connects; without the table it would drop every later message.
        return super().get_table(exchange) or [filesystem.exchange_queue_t(exchange, "", exchange)]


class Transport(filesystem.Transport):
    Channel = Channel


def _made(folder: str) -> str:
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
